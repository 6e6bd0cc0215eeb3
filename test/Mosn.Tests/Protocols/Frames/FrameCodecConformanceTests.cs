using System.Reflection;
using Mosn.Testing;

namespace Mosn.Tests.Protocols.Frames;

/// <summary>The tests that every codec inherits find what an author may get wrong.</summary>
public sealed class FrameCodecConformanceTests
{
    [Fact]
    public void A_codec_without_a_fault_passes() => Assert.Empty(FailuresOf<None>());

    [Fact]
    public void Each_fault_is_found_and_told()
    {
        AssertFound<ForgetsTheId>("With_another_id_a_frame_is_the_same_but_for_that", "sample 'request'");
        AssertFound<WantsMore>("A_frame_is_understood_from_every_prefix_that_is_long_enough", "Scan wants more");
        AssertFound<KnowsTheLengthTooLate>("The_length_of_a_frame_is_known_as_soon_as_its_head_is_here", "the length is 0");
        AssertFound<ReadsBeyondTheInput>("A_frame_is_understood_from_every_prefix_that_is_long_enough", "outside the bounds");
        AssertFound<WritesBeyondTheRoom>("A_call_is_answered_here_with_its_own_id", "sample 'request'");
        AssertFound<TakesWhatIsHttp>("What_others_speak_it_is_not", "'GET / HTTP/1.1'");
        AssertFound<DecidesOnNothing>("The_first_bytes_of_a_client_tell_it_and_no_bytes_tell_nothing", "without a byte");
        AssertFound<AnswersAnotherCall>("A_call_is_answered_here_with_its_own_id", "has the id 8");
        AssertFound<SaysThatErrorsAreFine>("A_call_is_answered_here_with_its_own_id", "HttpStatusOf the answer for 400 is 200");
        AssertFound<Allocates>("Nothing_is_allocated_for_a_frame", "have allocated");
        AssertFound<LosesTheContent>("Another_content_has_another_length_and_nothing_else", "sample 'request'");
    }

    private static void AssertFound<TFault>(string test, string words)
        where TFault : IFault
    {
        Dictionary<string, string> failures = FailuresOf<TFault>();
        Assert.True(failures.TryGetValue(test, out string? message), $"{TFault.Kind}: only {string.Join(", ", failures.Keys)}");
        Assert.Contains(words, message, StringComparison.Ordinal);
    }

    /// <summary>The tests that fail, and what they say.</summary>
    private static Dictionary<string, string> FailuresOf<TFault>()
        where TFault : IFault
    {
        FaultyConformance<TFault> tests = new();
        Dictionary<string, string> failures = [];
        foreach (MethodInfo test in typeof(FaultyConformance<TFault>).GetMethods()
            .Where(static method => method.IsDefined(typeof(FactAttribute))))
        {
            try
            {
                test.CreateDelegate<Action>(tests)();
            }
            catch (FrameContractException e)
            {
                failures.Add(test.Name, e.Message);
            }
        }
        return failures;
    }

    private readonly struct None : IFault
    {
        public static Fault Kind => Fault.None;
    }

    private readonly struct ForgetsTheId : IFault
    {
        public static Fault Kind => Fault.ForgetsTheId;
    }

    private readonly struct WantsMore : IFault
    {
        public static Fault Kind => Fault.WantsMoreOfAWholeFrame;
    }

    private readonly struct KnowsTheLengthTooLate : IFault
    {
        public static Fault Kind => Fault.KnowsTheLengthTooLate;
    }

    private readonly struct ReadsBeyondTheInput : IFault
    {
        public static Fault Kind => Fault.ReadsBeyondTheInput;
    }

    private readonly struct WritesBeyondTheRoom : IFault
    {
        public static Fault Kind => Fault.WritesBeyondTheRoom;
    }

    private readonly struct TakesWhatIsHttp : IFault
    {
        public static Fault Kind => Fault.TakesWhatIsHttp;
    }

    private readonly struct DecidesOnNothing : IFault
    {
        public static Fault Kind => Fault.DecidesOnNothing;
    }

    private readonly struct AnswersAnotherCall : IFault
    {
        public static Fault Kind => Fault.AnswersAnotherCall;
    }

    private readonly struct SaysThatErrorsAreFine : IFault
    {
        public static Fault Kind => Fault.SaysThatErrorsAreFine;
    }

    private readonly struct Allocates : IFault
    {
        public static Fault Kind => Fault.Allocates;
    }

    private readonly struct LosesTheContent : IFault
    {
        public static Fault Kind => Fault.LosesTheContent;
    }
}
