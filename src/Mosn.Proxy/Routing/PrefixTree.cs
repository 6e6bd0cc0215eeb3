namespace Mosn.Proxy.Routing;

/// <summary>
/// Numbers of rules by prefixes of the path: a radix tree, so one walk down a path meets every prefix it begins with.
/// Immutable after the last <see cref="Add"/>.
/// </summary>
internal sealed class PrefixTree
{
    public Node Root { get; } = new([]);

    /// <param name="rule">More than those added before.</param>
    public void Add(ReadOnlySpan<byte> prefix, int rule)
    {
        Node node = Root;
        while (true)
        {
            node.LeastRule = Math.Min(node.LeastRule, rule);
            if (prefix.IsEmpty)
            {
                node.Rules = [.. node.Rules, rule];
                return;
            }
            Node child = node.FindChild(prefix[0]) ?? node.AddChild(new Node(prefix.ToArray()));
            int common = child.Label.AsSpan().CommonPrefixLength(prefix);
            if (common < child.Label.Length)
            {
                child.Split(common);
            }
            prefix = prefix[common..];
            node = child;
        }
    }

    /// <summary>A place in the tree; the labels on the way to it make up a prefix.</summary>
    internal sealed class Node(byte[] label)
    {
        private byte[] _firsts = [];
        private Node[] _children = [];

        public byte[] Label { get; private set; } = label;

        /// <summary>Of exactly this prefix, in their order.</summary>
        public int[] Rules { get; set; } = [];

        /// <summary>Of this prefix and all that begin with it.</summary>
        public int LeastRule { get; set; } = int.MaxValue;

        /// <summary>The one whose label begins with this byte.</summary>
        public Node? FindChild(byte first)
        {
            int index = _firsts.AsSpan().IndexOf(first);
            return index < 0 ? null : _children[index];
        }

        public Node AddChild(Node child)
        {
            _firsts = [.. _firsts, child.Label[0]];
            _children = [.. _children, child];
            return child;
        }

        /// <summary>Keeps the start of the label; all that was here moves to a child with the rest.</summary>
        public void Split(int length)
        {
            Node rest = new(Label[length..])
            {
                Rules = Rules,
                LeastRule = LeastRule,
                _firsts = _firsts,
                _children = _children,
            };
            Label = Label[..length];
            Rules = [];
            _firsts = [];
            _children = [];
            AddChild(rest);
        }
    }
}
