namespace Mosn.Testing;

/// <summary>Whole frames of RPC protocols as real peers send them, recorded. Each call gives a copy.</summary>
public static class RealFrames
{
    /// <summary>A call of sofa-bolt-node: SofaRequest echo("bob") of service x.S:1.0, id 1.</summary>
    public static byte[] BoltRequest => Convert.FromHexString(
        "0101000101000000010100000BB8002C0016000000CA636F6D2E616C697061792E736F66612E7270632E636F72652E726571"
        + "756573742E536F666152657175657374000000077365727669636500000007782E533A312E304FBC636F6D2E616C69706179"
        + "2E736F66612E7270632E636F72652E726571756573742E536F666152657175657374950A6D6574686F644E616D650D6D6574"
        + "686F64417267536967731774617267657453657276696365556E697175654E616D650D7461726765744170704E616D650C72"
        + "65717565737450726F70736F90046563686F567400115B6A6176612E6C616E672E537472696E676E01106A6176612E6C616E"
        + "672E537472696E677A07782E533A312E304E4D077365727669636507782E533A312E307A03626F62");

    /// <summary>The same call, if it wanted no answer.</summary>
    public static byte[] BoltOneWay => Patched(BoltRequest, 1, 2);

    /// <summary>Its answer, "hi".</summary>
    public static byte[] BoltResponse => Convert.FromHexString(
        "010000020100000001010000002E000000000064636F6D2E616C697061792E736F66612E7270632E636F72652E726573706F"
        + "6E73652E536F6661526573706F6E73654FBE636F6D2E616C697061792E736F66612E7270632E636F72652E726573706F6E73"
        + "652E536F6661526573706F6E7365940769734572726F72086572726F724D73670B617070526573706F6E73650D726573706F"
        + "6E736550726F70736F90464E0268694E");

    /// <summary>Id 3.</summary>
    public static byte[] BoltHeartbeat => Convert.FromHexString(
        "0101000001000000030100000BB80000000000000000");

    /// <summary>Its answer.</summary>
    public static byte[] BoltHeartbeatReply => Convert.FromHexString(
        "0100000001000000030100000000000000000000");

    /// <summary>Id 3; MOSN's, no other peer knows it.</summary>
    public static byte[] BoltGoAway => Convert.FromHexString(
        "01010064010000000301000000000000000000000000");

    /// <summary>The same call in version 2, with a checksum.</summary>
    public static byte[] BoltV2Request => Convert.FromHexString(
        "02020100010100000001010100000BB8002C0016000000CA636F6D2E616C697061792E736F66612E7270632E636F72652E72"
        + "6571756573742E536F666152657175657374000000077365727669636500000007782E533A312E304FBC636F6D2E616C6970"
        + "61792E736F66612E7270632E636F72652E726571756573742E536F666152657175657374950A6D6574686F644E616D650D6D"
        + "6574686F64417267536967731774617267657453657276696365556E697175654E616D650D7461726765744170704E616D65"
        + "0C7265717565737450726F70736F90046563686F567400115B6A6176612E6C616E672E537472696E676E01106A6176612E6C"
        + "616E672E537472696E677A07782E533A312E304E4D077365727669636507782E533A312E307A03626F620BE06DDF");

    /// <summary>Its answer.</summary>
    public static byte[] BoltV2Response => Convert.FromHexString(
        "0202000002010000000101010000002E000000000064636F6D2E616C697061792E736F66612E7270632E636F72652E726573"
        + "706F6E73652E536F6661526573706F6E73654FBE636F6D2E616C697061792E736F66612E7270632E636F72652E726573706F"
        + "6E73652E536F6661526573706F6E7365940769734572726F72086572726F724D73670B617070526573706F6E73650D726573"
        + "706F6E736550726F70736F90464E0268694E2397E25F");

    /// <summary>Id 3, with a checksum.</summary>
    public static byte[] BoltV2Heartbeat => Convert.FromHexString(
        "02020100000100000003010100000BB800000000000000000D1EFAA6");

    /// <summary>Its answer.</summary>
    public static byte[] BoltV2HeartbeatReply => Convert.FromHexString(
        "0202000000010000000301010000000000000000000002FA4D3F");

    /// <summary>A call of dubbo2.js: hi("bob") of x.S 1.0.0, id 1.</summary>
    public static byte[] DubboRequest => Convert.FromHexString(
        "DABBC20000000000000000010000006705322E302E3203782E5305312E302E30026869124C6A6176612F6C616E672F537472"
        + "696E673B03626F62480B6170706C69636174696F6E09647562626F322E6A7309696E7465726661636503782E530470617468"
        + "03782E530776657273696F6E05312E302E305A");

    /// <summary>The same call, if it wanted no answer.</summary>
    public static byte[] DubboOneWay => Patched(DubboRequest, 2, 0x82);

    /// <summary>The answer of dubbo-remoting, "hi bob".</summary>
    public static byte[] DubboResponse => Convert.FromHexString(
        "DABB02140000000000000001000000089106686920626F62");

    /// <summary>Status 80 and a text, id 2.</summary>
    public static byte[] DubboErrorResponse => Convert.FromHexString(
        "DABB0250000000000000000200000025302343616E206E6F742066696E64206D6574686F643A20782E533A312E302E30236E"
        + "6F2829");

    /// <summary>Id 7.</summary>
    public static byte[] DubboHeartbeat => Convert.FromHexString(
        "DABBE2000000000000000007000000014E");

    /// <summary>Its answer.</summary>
    public static byte[] DubboHeartbeatReply => Convert.FromHexString(
        "DABB22140000000000000007000000014E");

    /// <summary>A call of hi("bob") of x.S, id 5, without a path.</summary>
    public static byte[] DubboThriftRequest => Convert.FromHexString(
        "00000031DABC0000003100180100000003782E53000000000000000580010001000000026869000000010B00010000000362"
        + "6F6200");

    /// <summary>The same call, if it wanted no answer.</summary>
    public static byte[] DubboThriftOneWay => Patched(DubboThriftRequest, 31, 4);

    /// <summary>The same call as Dubbo 2.7.1 sends it, with a path.</summary>
    public static byte[] DubboThriftRequestWithPath => Convert.FromHexString(
        "00000038DABC00000038001F0100000003782E5300000003782E53000000000000000580010001000000026869000000010B"
        + "000100000003626F6200");

    /// <summary>Its answer, "bob".</summary>
    public static byte[] DubboThriftResponse => Convert.FromHexString(
        "00000031DABC0000003100180100000003782E53000000000000000580010002000000026869000000010B00000000000362"
        + "6F6200");

    /// <summary>MOSN's answer where no route takes the call.</summary>
    public static byte[] DubboThriftNoRoute => Convert.FromHexString(
        "0000004BDABC0000004B00180100000003782E53000000000000000580010003000000026869000000010B00010000001634"
        + "30347C726F7574657220756E617661696C61626C650800020000000100");

    /// <summary>A call of @tars/rpc: getUsrName("bob"), id 2.</summary>
    public static byte[] TarsRequest => Convert.FromHexString(
        "0000004910012C3C4002561F544152532E4E6F6465546172735365727665722E4E6F6465546172734F626A660A6765745573"
        + "724E616D657D0000051603626F62820000EA60980CA80C");

    /// <summary>The same call, if it wanted no answer.</summary>
    public static byte[] TarsOneWay => [0, 0, 0, 0x4A, 0x10, 1, 0x20, 1, .. TarsRequest[7..]];

    /// <summary>Its answer.</summary>
    public static byte[] TarsResponse => Convert.FromHexString(
        "0000003010012C30024C5C6D00001B02000186A226094F55545F626F625F3136094F55545F626F625F32780C8600980C");

    /// <summary>Result -3, id 4.</summary>
    public static byte[] TarsErrorResponse => Convert.FromHexString(
        "0000001510012C30044C50FD6D000C780C8600980C");

    /// <summary>A two-way ping, id 3.</summary>
    public static byte[] TarsHeartbeat => Convert.FromHexString(
        "0000004210012C3C4003561F544152532E4E6F6465546172735365727665722E4E6F6465546172734F626A6609746172735F"
        + "70696E677D000C820000EA60980CA80C");

    /// <summary>Its answer.</summary>
    public static byte[] TarsHeartbeatReply => Convert.FromHexString(
        "0000001610012C30034C5C6D0000010C780C8600980C");

    /// <summary>A ping in TUP 2, id 5.</summary>
    public static byte[] TarsTup2Heartbeat => Convert.FromHexString(
        "0000004110022C3C4005561F544152532E4E6F6465546172735365727665722E4E6F6465546172734F626A6609746172735F"
        + "70696E677D000002080C8C980CA80C");

    /// <summary>Its answer, whose result has a name and a type.</summary>
    public static byte[] TarsTup2HeartbeatReply => Convert.FromHexString(
        "0000008110022C3C4005561F544152532E4E6F6465546172735365727665722E4E6F6465546172734F626A6609746172735F"
        + "70696E677D00001408000106001800010605696E7433321D0000010C8C980CA8000206125354415455535F524553554C545F"
        + "434F444516013006125354415455535F524553554C545F444553431600");

    /// <summary>A ping in TUP 3, id 5.</summary>
    public static byte[] TarsTupHeartbeat => Convert.FromHexString(
        "0000004110032C3C4005561F544152532E4E6F6465546172735365727665722E4E6F6465546172734F626A6609746172735F"
        + "70696E677D000002080C8C980CA80C");

    /// <summary>Its answer, which is built like a request.</summary>
    public static byte[] TarsTupHeartbeatReply => Convert.FromHexString(
        "0000007710032C3C4005561F544152532E4E6F6465546172735365727665722E4E6F6465546172734F626A6609746172735F"
        + "70696E677D00000A08000106001D0000010C8C980CA8000206125354415455535F524553554C545F434F4445160130061253"
        + "54415455535F524553554C545F444553431600");

    private static byte[] Patched(byte[] frame, int at, byte value)
    {
        frame[at] = value;
        return frame;
    }
}
