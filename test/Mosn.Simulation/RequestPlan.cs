namespace Mosn.Simulation;

/// <summary>How a message says where its body ends.</summary>
internal enum PlannedFraming
{
    None,
    Length,
    Chunked,
    UntilClose,
}

/// <summary>What an upstream does with a request.</summary>
internal enum PlannedFault
{
    None,

    /// <summary>Not a fault: the response comes before the request's body is read.</summary>
    AnswersEarly,
    ResetsAtOnce,
    ClosesAtOnce,
    ResetsInBody,
    ClosesInBody,
    SendsGarbage,
    SendsExtraBytes,
    NeverAnswers,
}

/// <summary>Everything about one exchange that both ends know in advance, so that each can check the other.</summary>
internal sealed class RequestPlan
{
    public RequestPlan(int id, Random random, int bodyMax, bool faulty)
    {
        Id = id;
        Method = random.Next(6) switch { 0 => "HEAD", 1 => "PUT", 2 or 3 => "POST", _ => "GET" };
        bool hasBody = Method is "PUT" or "POST";
        RequestFraming = !hasBody ? PlannedFraming.None
            : random.Next(2) == 0 ? PlannedFraming.Length
            : PlannedFraming.Chunked;
        RequestBody = hasBody ? Bytes(random, bodyMax) : [];
        Status = random.Next(12) switch { 0 => 204, 1 => 404, _ => 200 };
        ResponseFraming = Status == 204 ? PlannedFraming.None
            : random.Next(5) switch { 0 => PlannedFraming.UntilClose, 1 or 2 => PlannedFraming.Chunked, _ => PlannedFraming.Length };
        ResponseBody = ResponseFraming == PlannedFraming.None || Method == "HEAD" ? [] : Bytes(random, bodyMax);
        ClosesAfter = ResponseFraming == PlannedFraming.UntilClose || random.Next(10) == 0;
        Interims = random.Next(8) == 0 ? random.Next(1, 4) : 0;
        HasTrailers = random.Next(3) == 0;
        Fault = !faulty || random.Next(4) != 0 ? PlannedFault.None : (PlannedFault)random.Next(1, 9);
        if (Fault == PlannedFault.SendsExtraBytes && ResponseFraming == PlannedFraming.UntilClose)
        {
            Fault = PlannedFault.None; // Such a body has no end that bytes could be behind.
        }
        AnswerDelayMs = random.Next(6) == 0 ? random.Next(200) : 0;
    }

    public int Id { get; }
    public string Method { get; }
    public PlannedFraming RequestFraming { get; }
    public byte[] RequestBody { get; }
    public int Status { get; }
    public PlannedFraming ResponseFraming { get; }
    public byte[] ResponseBody { get; }
    public bool ClosesAfter { get; }
    public int Interims { get; }
    public bool HasTrailers { get; }
    public PlannedFault Fault { get; }
    public int AnswerDelayMs { get; }

    /// <summary>Requests that may be sent again when a pooled connection was stale.</summary>
    public bool IsIdempotent => Method != "POST";

    /// <summary>No upstream ever sends the response.</summary>
    public bool NeverAnswered => Fault is PlannedFault.ResetsAtOnce or PlannedFault.ClosesAtOnce
        or PlannedFault.NeverAnswers or PlannedFault.SendsGarbage;

    /// <summary>How often the request arrived whole at an upstream.</summary>
    public int ArrivedCount { get; set; }

    /// <summary>How often its head arrived.</summary>
    public int SeenCount { get; set; }

    /// <summary>What the client saw; exactly one for each request that was sent.</summary>
    public RequestOutcome Outcome { get; set; }

    public override string ToString() =>
        $"request {Id} ({Method} {RequestFraming} {RequestBody.Length}, {Status} {ResponseFraming} {ResponseBody.Length}, "
        + $"{Fault}, {Outcome}, arrived {ArrivedCount} of {SeenCount})";

    private static byte[] Bytes(Random random, int countMax)
    {
        byte[] bytes = new byte[random.Next(4) == 0 ? 0 : random.Next(countMax + 1)];
        random.NextBytes(bytes);
        return bytes;
    }
}

/// <summary>What became of a request, as its client sees it.</summary>
internal enum RequestOutcome
{
    /// <summary>None yet.</summary>
    Pending,

    /// <summary>The upstream's response, whole and right.</summary>
    Answered,

    /// <summary>A response of the proxy's own: 502, 504 and the like.</summary>
    Refused,

    /// <summary>The connection ended before the response did.</summary>
    Lost,
}
