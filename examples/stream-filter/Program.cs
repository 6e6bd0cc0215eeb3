using Mosn.Cli;
using StreamFilterExample;

// The whole of mosn, with one filter more.
return await MosnProgram.RunAsync(
    args, filters => filters.Add(ApiKeyFilter.Type, ApiKeyFilter.Build, ApiKeySettings.OfRoute));
