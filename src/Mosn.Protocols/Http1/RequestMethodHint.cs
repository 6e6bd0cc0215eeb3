namespace Mosn.Protocols.Http1;

/// <summary>What must be known of the request to tell where its response ends.</summary>
public enum RequestMethodHint : byte
{
    Other,
    Head,
    Connect,
}
