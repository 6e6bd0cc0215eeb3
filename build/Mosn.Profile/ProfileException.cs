namespace Mosn.Profile;

/// <summary>There will be no profile; the message says why.</summary>
public sealed class ProfileException(string message) : Exception(message);
