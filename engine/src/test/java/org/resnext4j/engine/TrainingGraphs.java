package org.resnext4j.engine;

import org.resnext4j.engine.graph.AttentionOp;
import org.resnext4j.engine.graph.Graph;
import org.resnext4j.engine.graph.Node;
import org.resnext4j.engine.graph.Nonlinearity;
import org.resnext4j.engine.graph.Op;
import org.resnext4j.engine.graph.SeparableFilter;

/** Small graphs of odd sizes that between them use every operation in every way training knows. */
public enum TrainingGraphs {
  /** One convolution of each kind, with bias. */
  CONVOLUTIONS {
    @Override
    Node build(Graph.Builder b, Node x) {
      x = b.add("a", new Op.Conv2d(3, 10, 3, 1, 1, 1, true), x);
      x = b.add("b", new Op.Conv2d(10, 6, 2, 3, 0, 2, true), x);
      return b.add("c", new Op.Conv2d(6, 7, 1, 2, 0, 1, true), x);
    }
  },
  /** A batch norm behind a convolution, one behind it again, and one behind a ReLU. */
  NORMS {
    @Override
    Node build(Graph.Builder b, Node x) {
      x = b.add("a", new Op.Conv2d(3, 9, 1, 1, 0, 1), x);
      x = b.add("n1", new Op.BatchNorm(9), x);
      x = b.add("n2", new Op.BatchNorm(9), x);
      x = b.add("r", new Op.Relu(), x);
      x = b.add("n3", new Op.BatchNorm(9), x);
      return b.add("r2", new Op.Relu(), x);
    }
  },
  /** Outputs that several nodes read, and a node that reads one output twice. */
  SHARED {
    @Override
    Node build(Graph.Builder b, Node x) {
      Node a = b.add("a", new Op.Conv2d(3, 8, 3, 1, 1, 1), x);
      Node n = b.add("n", new Op.BatchNorm(8), a);
      Node r = b.add("r", new Op.Relu(), n);
      Node twice = b.add("twice", new Op.Add(), r, r);
      Node sum = b.add("sum", new Op.Add(), a, twice, n);
      Node r2 = b.add("r2", new Op.Relu(), sum);
      return b.add("sum2", new Op.Add(), r2, sum, r);
    }
  },
  /** Bottleneck blocks of cardinality 16, widths that four divides and does not, both strides. */
  LANES {
    @Override
    Node build(Graph.Builder b, Node x) {
      x = b.add("stem", new Op.Conv2d(3, 12, 3, 1, 1, 1), x);
      x = b.add("stem.n", new Op.BatchNorm(12), x);
      x = b.add("stem.r", new Op.Relu(), x);
      x = block(b, "one", x, 12, 16, 4, 12, 1);
      x = block(b, "two", x, 12, 32, 3, 20, 2);
      return block(b, "three", x, 20, 16, 5, 20, 1);
    }
  },
  /** Squeeze-and-excitation, convolution over channels, SiLU, smoothing between grouped layers. */
  ATTENTION {
    @Override
    Node build(Graph.Builder b, Node x) {
      x = b.add("stem", new Op.Conv2d(3, 16, 3, 1, 1, 1), x);
      x = b.add("stem.n", new Op.BatchNorm(16), x);
      x = b.add("stem.s", new Op.Pointwise(Nonlinearity.SILU), x);
      Node y = b.add("grouped", new Op.Conv2d(16, 32, 3, 1, 1, 16), x);
      y = b.add("grouped.n", new Op.BatchNorm(32), y);
      y = b.add("grouped.r", new Op.Relu(), y);
      y = b.add("blur", new SeparableFilter.BlurPool(2), y);
      y = b.add("conv3", new Op.Conv2d(32, 20, 1, 1, 0, 1), y);
      y = b.add("bn3", new Op.BatchNorm(20), y);
      Node pooled = b.add("pool", new Op.GlobalAveragePool(), y);
      Node fc1 = b.add("fc1", new Op.Conv2d(20, 5, 1, 1, 0, 1, true), pooled);
      Node gate = b.add("fc1.r", new Op.Relu(), fc1);
      gate = b.add("fc2", new Op.Conv2d(5, 20, 1, 1, 0, 1, true), gate);
      gate = b.add("gate", new Op.Pointwise(Nonlinearity.SIGMOID), gate);
      y = b.add("scaled", new AttentionOp.ChannelScale(), y, gate);
      Node shortcut = b.add("mean", new SeparableFilter.AveragePool(2, 2, true), x);
      shortcut = b.add("down", new Op.Conv2d(16, 20, 1, 1, 0, 1), shortcut);
      shortcut = b.add("down.n", new Op.BatchNorm(20), shortcut);
      x = b.add("r", new Op.Relu(), b.add("sum", new Op.Add(), y, shortcut));
      Node eca = b.add("eca.pool", new Op.GlobalAveragePool(), x);
      eca = b.add("eca", new AttentionOp.ChannelConvolution(3), eca);
      eca = b.add("eca.gate", new Op.Pointwise(Nonlinearity.HARD_SIGMOID), eca);
      return b.add(
          "x", new Op.Add(), b.add("eca.scaled", new AttentionOp.ChannelScale(), x, eca), x);
    }
  },
  /** Two branches, one of them dilated, and softmax between them. */
  SELECTIVE_KERNEL {
    @Override
    Node build(Graph.Builder b, Node x) {
      Node one = b.add("one", new Op.Conv2d(3, 6, 3, 2, 1, 3), x);
      one = b.add("one.r", new Op.Relu(), b.add("one.n", new Op.BatchNorm(6), one));
      Node two = b.add("two", new Op.Conv2d(3, 6, 3, 2, 2, 3, false, 2), x);
      two = b.add("two.r", new Op.Relu(), b.add("two.n", new Op.BatchNorm(6), two));
      Node pooled = b.add("pool", new Op.GlobalAveragePool(), b.add("u", new Op.Add(), one, two));
      Node reduced = b.add("reduce", new Op.Conv2d(6, 4, 1, 1, 0, 1), pooled);
      reduced = b.add("reduce.r", new Op.Relu(), b.add("rn", new Op.BatchNorm(4), reduced));
      Node select = b.add("select", new Op.Conv2d(4, 12, 1, 1, 0, 1), reduced);
      Node shares = b.add("shares", new AttentionOp.PathSoftmax(2), select);
      Node first = b.add("first", new AttentionOp.Slice(0, 6), shares);
      Node second = b.add("second", new AttentionOp.Slice(6, 6), shares);
      return b.add(
          "v",
          new Op.Add(),
          b.add("v1", new AttentionOp.ChannelScale(), one, first),
          b.add("v2", new AttentionOp.ChannelScale(), two, second));
    }
  },
  /** A grouped convolution whose groups fill no vector. */
  FEW_GROUPS {
    @Override
    Node build(Graph.Builder b, Node x) {
      return block(b, "one", block(b, "zero", x, 3, 2, 8, 18, 2), 18, 3, 5, 18, 1);
    }
  },
  /** Groups wide enough for Winograd's way, and a dense 3×3 convolution whose input has readers. */
  WIDE_GROUPS {
    @Override
    Node build(Graph.Builder b, Node x) {
      x = block(b, "zero", block(b, "one", x, 3, 2, 32, 32, 1), 32, 3, 48, 32, 1);
      Node wide = b.add("wide", new Op.Conv2d(32, 64, 3, 1, 1, 1), x);
      Node back = b.add("back", new Op.Conv2d(64, 32, 3, 1, 1, 1), wide);
      return b.add("sum", new Op.Add(), b.add("n", new Op.BatchNorm(32), back), x);
    }
  },
  /**
   * Enough weights for products in pairs, all ways: dense and grouped, with and without a stride.
   */
  MANY_WEIGHTS {
    @Override
    Node build(Graph.Builder b, Node x) {
      x = b.add("wide", new Op.Conv2d(3, 256, 1, 1, 0, 1), x);
      x = b.add("wide.r", new Op.Relu(), b.add("wide.n", new Op.BatchNorm(256), x));
      x = b.add("dense", new Op.Conv2d(256, 512, 1, 1, 0, 1), x);
      x = b.add("dense.r", new Op.Relu(), b.add("dense.n", new Op.BatchNorm(512), x));
      x = b.add("less", new Op.Conv2d(512, 96, 1, 2, 0, 1), x);
      x = b.add("less.r", new Op.Relu(), b.add("less.n", new Op.BatchNorm(96), x));
      x = b.add("grouped", new Op.Conv2d(96, 128, 3, 2, 1, 2), x);
      return b.add("grouped.n", new Op.BatchNorm(128), x);
    }
  },
  /** Max pooling, the type A shortcut and concatenation. */
  MOVES {
    @Override
    Node build(Graph.Builder b, Node x) {
      Node a = b.add("a", new Op.Conv2d(3, 8, 3, 1, 1, 1), x);
      Node r = b.add("r", new Op.Relu(), b.add("n", new Op.BatchNorm(8), a));
      Node pool = b.add("pool", new Op.MaxPool(3, 2, 1), r);
      Node less = b.add("less", new Op.Subsample(2, 1, 2), r);
      Node both = b.add("both", new Op.Concat(), pool, less, pool);
      return b.add("again", new Op.MaxPool(2, 1, 0), both);
    }
  },
  /** A small feature pyramid: a coarse map added to a finer one and read by others as well. */
  PYRAMID {
    @Override
    Node build(Graph.Builder b, Node x) {
      Node fine = b.add("fine", new Op.Conv2d(3, 12, 3, 1, 1, 1), x);
      fine = b.add("fine.r", new Op.Relu(), b.add("fine.n", new Op.BatchNorm(12), fine));
      Node coarse = b.add("coarse", new Op.Conv2d(12, 6, 3, 2, 1, 1, true), fine);
      Node lateral = b.add("lateral", new Op.Conv2d(12, 6, 1, 1, 0, 1, true), fine);
      Node up = b.add("up", new Op.UpsampleNearest(), coarse, lateral);
      Node merged = b.add("merged", new Op.Add(), lateral, up);
      Node smooth = b.add("smooth", new Op.Conv2d(6, 6, 3, 1, 1, 1, true), merged);
      Node again = b.add("again", new Op.UpsampleNearest(), coarse, fine);
      return b.add("both", new Op.Concat(), smooth, again);
    }
  };

  abstract Node build(Graph.Builder b, Node x);

  /** The graph: what the constant names, averaged and classified. */
  public Graph graph() {
    Graph.Builder b = new Graph.Builder();
    Node last = build(b, b.add("input", new Op.Input(3)));
    int channels =
        switch (this) {
          case CONVOLUTIONS -> 7;
          case NORMS -> 9;
          case SHARED -> 8;
          case LANES -> 20;
          case FEW_GROUPS -> 18;
          case WIDE_GROUPS -> 32;
          case MANY_WEIGHTS -> 128;
          case MOVES -> 8 + 11 + 8;
          case PYRAMID -> 12;
          case ATTENTION -> 20;
          case SELECTIVE_KERNEL -> 6;
        };
    Node pooled = b.add("avgpool", new Op.GlobalAveragePool(), last);
    b.add("fc", new Op.Linear(channels, 5), pooled);
    return b.build();
  }

  private static Node block(
      Graph.Builder b, String name, Node x, int in, int groups, int width, int out, int stride) {
    int inner = groups * width;
    Node y = b.add(name + ".conv1", new Op.Conv2d(in, inner, 1, 1, 0, 1), x);
    y = b.add(name + ".relu1", new Op.Relu(), b.add(name + ".bn1", new Op.BatchNorm(inner), y));
    y = b.add(name + ".conv2", new Op.Conv2d(inner, inner, 3, stride, 1, groups), y);
    y = b.add(name + ".relu2", new Op.Relu(), b.add(name + ".bn2", new Op.BatchNorm(inner), y));
    y = b.add(name + ".conv3", new Op.Conv2d(inner, out, 1, 1, 0, 1), y);
    y = b.add(name + ".bn3", new Op.BatchNorm(out), y);
    Node shortcut = x;
    if (in != out || stride != 1) {
      shortcut = b.add(name + ".down.0", new Op.Conv2d(in, out, 1, stride, 0, 1), x);
      shortcut = b.add(name + ".down.1", new Op.BatchNorm(out), shortcut);
    }
    return b.add(name + ".relu", new Op.Relu(), b.add(name + ".add", new Op.Add(), y, shortcut));
  }
}
