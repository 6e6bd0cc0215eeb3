namespace Mosn.Protocols.Http2;

/// <summary>What one step through the input of a <see cref="Http2Session"/> came to.</summary>
/// <param name="Consumed">Bytes that are done with, a piece of a body included; 0: more input is needed.</param>
/// <param name="Stream">Whose body the step brought a piece of, or the end; null: nobody's.</param>
/// <param name="DataStart">Where in the input the piece begins.</param>
/// <param name="DataLength">Bytes of the piece; may be 0 with the end.</param>
/// <param name="EndStream">The body has ended with it.</param>
public readonly record struct Http2Step(
    int Consumed, Http2Stream? Stream = null, int DataStart = 0, int DataLength = 0, bool EndStream = false);
