using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Mosn.Proxy.Admin;

/// <summary>What an endpoint answers: collected whole, then sent as fast as the client takes it.</summary>
internal sealed class AdminResponse
{
    public const string Text = "text/plain; charset=utf-8";
    public const string Json = "application/json";

    // The readers are programs and people with a terminal, not browsers.
    private static readonly JsonWriterOptions s_compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonWriterOptions s_indented = s_compact with
    {
        Indented = true,
        IndentSize = 1,
        NewLine = "\n",
    };

    private readonly ArrayBufferWriter<byte> _body = new();

    /// <summary>Status code; 200 unless set.</summary>
    public int Status { get; set; } = 200;

    /// <summary>Type of the body; not sent with an empty one.</summary>
    public string ContentType { get; set; } = Text;

    /// <summary>The methods that the path knows, for a 405; else null.</summary>
    public string? Allow { get; set; }

    /// <summary>
    /// Set by an endpoint that needs time: the answer is sent when this task, which goes on writing it, is done. Its
    /// continuations run on the admin loop. The client may have gone by then.
    /// </summary>
    public Task? Pending { get; set; }

    /// <summary>What the error log says of a change besides path, client and status; null: nothing.</summary>
    public string? Note { get; set; }

    /// <summary>What was written.</summary>
    public ReadOnlyMemory<byte> Body => _body.WrittenMemory;

    /// <summary>Takes the body, after <see cref="ContentType"/> is set.</summary>
    public IBufferWriter<byte> Output => _body;

    /// <summary>Appends text.</summary>
    public void Write(string text) => Encoding.UTF8.GetBytes(text, _body);

    /// <summary>Makes the body JSON on one line.</summary>
    public void WriteJson(Action<Utf8JsonWriter> write) => WriteJson(s_compact, write);

    /// <summary>Makes the body JSON, indented by one blank, as MOSN's.</summary>
    public void WriteIndentedJson(Action<Utf8JsonWriter> write) => WriteJson(s_indented, write);

    /// <summary>Answers that it cannot be done, in place of anything written before: MOSN's error object.</summary>
    public void Fail(int status, string text)
    {
        Reset(status);
        WriteJson(s_indented with { IndentCharacter = '\t' }, json =>
        {
            json.WriteStartObject();
            json.WriteString("error", text);
            json.WriteEndObject();
        });
        Write("\n");
    }

    /// <summary>As <see cref="Fail"/>, with the bare text that MOSN sends for some mistakes.</summary>
    public void FailWithText(int status, string text)
    {
        Reset(status);
        ContentType = Text;
        Write(text);
    }

    private void Reset(int status)
    {
        Status = status;
        _body.ResetWrittenCount();
    }

    private void WriteJson(JsonWriterOptions options, Action<Utf8JsonWriter> write)
    {
        ContentType = Json;
        using Utf8JsonWriter json = new(_body, options);
        write(json);
    }
}
