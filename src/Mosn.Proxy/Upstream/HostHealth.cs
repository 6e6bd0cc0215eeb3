namespace Mosn.Proxy.Upstream;

/// <summary>Why a host gets no requests. Values are MOSN's.</summary>
[Flags]
internal enum HostHealth
{
    Healthy = 0,
    FailedActiveCheck = 0x1,
    FailedOutlierCheck = 0x2,
}
