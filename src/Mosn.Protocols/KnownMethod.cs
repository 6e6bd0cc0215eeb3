namespace Mosn.Protocols;

/// <summary>The methods that something here decides on; every other token is <see cref="Other"/>.</summary>
public enum KnownMethod : byte
{
    Other,
    Get,
    Head,
    Post,
    Put,
    Delete,
    Connect,
    Options,
    Trace,
    Patch,
}
