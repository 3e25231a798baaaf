package org.resnext4j.engine.cpu.inference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.resnext4j.engine.InferenceOptions;
import org.resnext4j.engine.cpu.inference.Layer.Value;
import org.resnext4j.engine.cpu.inference.Layer.Window;
import org.resnext4j.engine.cpu.kernel.Kernels;
import org.resnext4j.engine.cpu.kernel.PixelFunctions;
import org.resnext4j.engine.fusion.FoldedConvolution;
import org.resnext4j.engine.fusion.FoldedNorm;
import org.resnext4j.engine.fusion.Fusion;
import org.resnext4j.engine.fusion.Fusion.Unit;
import org.resnext4j.engine.graph.AttentionOp;
import org.resnext4j.engine.graph.Graph;
import org.resnext4j.engine.graph.Node;
import org.resnext4j.engine.graph.Op;
import org.resnext4j.engine.graph.SeparableFilter;
import org.resnext4j.engine.tensor.Weights;

/**
 * Compiles a graph and its weights to layers with packed weights. For each unit of fused nodes, the
 * compiler chooses the algorithm, the layout of the output's channels and the packing of the
 * weights.
 */
final class InferenceCompiler {

  /** The result of a compilation. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Result(List<Layer> layers, float[] packed, Map<Integer, Value> values) {}

  private final Graph graph;
  private final Weights weights;
  private final Kernels kernels;
  private final int lanes;
  private final AlgorithmChoice choice;
  private final boolean pairs;
  private final List<Unit> units;

  /** The units that read each node's output. */
  private final Map<Integer, List<Unit>> readers = new HashMap<>();

  /** The layout in which each node's output is first written. */
  private final Map<Integer, Value> written = new HashMap<>();

  /** Every layout in which an output exists. */
  private final Set<Value> existing = new HashSet<>();

  private final Magnitudes magnitudes = new Magnitudes();
  private final List<Layer> layers = new ArrayList<>();
  private final WeightPacker packer = new WeightPacker();

  private InferenceCompiler(
      Graph graph, Weights weights, InferenceOptions options, Kernels kernels) {
    this.graph = graph;
    this.weights = weights;
    this.kernels = kernels;
    this.lanes = kernels.lanes();
    this.choice = new AlgorithmChoice(lanes, options.exact());
    this.pairs = kernels.pairs() && !options.exact();
    Set<String> kept = new HashSet<>(options.keptOutputs());
    kept.forEach(graph::node);
    graph.outputs().values().forEach(node -> kept.add(node.name()));
    this.units = Fusion.units(graph, kept);
    for (Unit unit : units) {
      for (int input : unit.inputs()) {
        readers.computeIfAbsent(input, i -> new ArrayList<>()).add(unit);
      }
    }
  }

  static Result compile(Graph graph, Weights weights, InferenceOptions options, Kernels kernels) {
    InferenceCompiler compiler = new InferenceCompiler(graph, weights, options, kernels);
    compiler.units.forEach(compiler::add);
    List<Runnable> tasks = new ArrayList<>();
    // C2 compiles plain products in time. Only products in pairs need the warm-up.
    if (compiler.layers.stream().anyMatch(layer -> layer.pairs().isPresent())) {
      tasks.add(() -> WarmUp.multiply(kernels, true));
      tasks.add(() -> WarmUp.multiply(kernels, false));
    }
    float[] packed = compiler.packer.pack(tasks);
    return new Result(List.copyOf(compiler.layers), packed, Map.copyOf(compiler.written));
  }

  private void add(Unit unit) {
    switch (unit.head().op()) {
      case Op.Input input -> {
        Value output =
            new Value(unit.output(), ChannelLayout.compact(input.channels()), halo(unit));
        magnitudes.addInput(unit);
        emit(new Layer.Enter(output));
      }
      case Op.Conv2d convolution -> addConvolution(unit, convolution);
      case Op.Linear linear -> addMatrix(unit, linear.asConvolution());
      case Op.BatchNorm _ -> {
        FoldedNorm norm = FoldedNorm.of(unit.head(), weights);
        double shiftSquare = Magnitudes.meanSquare(norm.shift());
        magnitudes.addOther(unit, Magnitudes.meanSquare(norm.scale()), shiftSquare);
        addCombine(unit, norm.scale(), norm.shift());
      }
      case Op.Relu _ -> addSum(unit);
      case Op.Add _ -> {
        if (unit.scales().isEmpty()) {
          addSum(unit);
        } else {
          magnitudes.addOther(unit, 1, 0);
          addScaledSum(
              unit, unit.head().inputs().stream().map(input -> summand(unit, input)).toList());
        }
      }
      case Op.Concat _ -> addCopy(unit, 1, 0);
      case Op.Subsample subsample -> addCopy(unit, subsample.stride(), subsample.channelsBefore());
      case Op.UpsampleNearest _ -> {
        magnitudes.addCopy(unit);
        emit(new Layer.Upsample(plainInput(unit), plainOutput(unit)));
      }
      case Op.MaxPool pool -> {
        magnitudes.addOther(unit, 1, 0);
        emit(
            new Layer.Maximum(
                plainInput(unit),
                plainOutput(unit),
                new Window(pool.kernel(), pool.stride(), pool.padding())));
      }
      case Op.GlobalAveragePool _ -> {
        magnitudes.addOther(unit, 1, 0);
        Value input = channelwise(unit.head().inputs()).getFirst();
        emit(new Layer.Mean(input, like(input, unit)));
      }
      case AttentionOp.ChannelScale _ -> {
        magnitudes.addCopy(unit);
        addScaledSum(unit, List.of(Summand.of(unit.head())));
      }
      case SeparableFilter filter -> {
        magnitudes.addCopy(unit);
        Value input = channelwise(unit.head().inputs()).getFirst();
        emit(new Layer.Filter(filter, input, like(input, unit)));
      }
      case Op.Pointwise op -> {
        int vectors = ChannelLayout.plain(channels(unit.output()), lanes).vectors();
        addEachPixel(
            unit, (x, from, y, to) -> kernels.apply(op.function(), x, from, y, to, vectors));
      }
      case AttentionOp.ChannelConvolution _ -> {
        int channels = channels(unit.output());
        float[] weight = weights.get(unit.head().parameterName("weight")).values().clone();
        addEachPixel(
            unit, (x, from, y, to) -> PixelFunctions.convolve(weight, x, from, y, to, channels));
      }
      case AttentionOp.PathSoftmax op -> {
        int channels = channels(unit.output());
        addEachPixel(
            unit, (x, from, y, to) -> PixelFunctions.softmax(op.paths(), x, from, y, to, channels));
      }
      case AttentionOp.Slice op ->
          addEachPixel(
              unit, (x, from, y, to) -> System.arraycopy(x, from + op.first(), y, to, op.count()));
    }
  }

  // ---- layouts of values ----

  private int channels(int node) {
    return switch (graph.node(node).op()) {
      case Op.Input input -> input.channels();
      case Op.Conv2d convolution -> convolution.outputChannels();
      case Op.BatchNorm norm -> norm.channels();
      case Op.Linear linear -> linear.outputs();
      case Op.Concat _ -> graph.node(node).inputs().stream().mapToInt(this::channels).sum();
      case Op.Subsample subsample ->
          channels(graph.node(node).inputs().getFirst())
              + subsample.channelsBefore()
              + subsample.channelsAfter();
      case AttentionOp.Slice slice -> slice.count();
      case Op.Relu _,
          Op.Add _,
          Op.UpsampleNearest _,
          Op.MaxPool _,
          Op.GlobalAveragePool _,
          Op.Pointwise _,
          SeparableFilter _,
          AttentionOp.ChannelScale _,
          AttentionOp.ChannelConvolution _,
          AttentionOp.PathSoftmax _ ->
          channels(graph.node(node).inputs().getFirst());
    };
  }

  /** The width of the border of the unit's output: the largest padding of its readers. */
  private int halo(Unit unit) {
    return readers.getOrDefault(unit.output(), List.of()).stream()
        .mapToInt(reader -> reader.head().op() instanceof Op.Conv2d c ? c.padding() : 0)
        .max()
        .orElse(0);
  }

  private Value plainOutput(Unit unit) {
    return new Value(
        unit.output(), ChannelLayout.plain(channels(unit.output()), lanes), halo(unit));
  }

  private Value plainInput(Unit unit) {
    return plain(unit.head().inputs().getFirst());
  }

  /** A node's output in the plain layout; copies the output if it has another layout. */
  private Value plain(int node) {
    return in(node, ChannelLayout.plain(channels(node), lanes));
  }

  /** A node's output in a layout, copied if it is written otherwise. */
  private Value in(int node, ChannelLayout layout) {
    Value value = written.get(node);
    return value.layout().equals(layout) ? value : copied(node, layout, 0);
  }

  private Value copied(int node, ChannelLayout layout, int halo) {
    Value copy = new Value(node, layout, halo);
    if (!existing.contains(copy)) {
      existing.add(copy);
      layers.add(new Layer.Copy(List.of(written.get(node)), copy, 1, 0));
    }
    return copy;
  }

  private void emit(Layer layer) {
    layers.add(layer);
    existing.add(layer.output());
    written.put(layer.output().node(), layer.output());
  }

  // ---- convolutions ----

  private void addConvolution(Unit unit, Op.Conv2d convolution) {
    if (choice.hasLanesAcrossGroups(convolution)) {
      addLanes(unit, convolution);
    } else if (choice.isWinograd(unit, convolution)) {
      addWinograd(unit, convolution);
    } else {
      addMatrix(unit, convolution);
    }
  }

  /** The layout that a reader needs if it computes with lanes across cardinality. */
  private Optional<ChannelLayout> demand(Unit reader) {
    return reader.head().op() instanceof Op.Conv2d convolution
            && choice.hasLanesAcrossGroups(convolution)
        ? Optional.of(
            ChannelLayout.lanesAcrossGroups(
                convolution.inputChannels(), convolution.groups(), lanes))
        : Optional.empty();
  }

  /**
   * The layout of a matrix product's output: the layout that all readers need, or the plain layout
   * if their needs differ.
   */
  private ChannelLayout matrixOutput(Unit unit, Op.Conv2d convolution) {
    int channels = convolution.outputChannels();
    if (convolution.groups() > 1) {
      return ChannelLayout.paddedGroups(channels, convolution.groups(), lanes);
    }
    Set<Optional<ChannelLayout>> demands = new HashSet<>();
    readers.getOrDefault(unit.output(), List.of()).forEach(r -> demands.add(demand(r)));
    Optional<ChannelLayout> only =
        demands.size() == 1 ? demands.iterator().next() : Optional.empty();
    return unit.residual().isPresent() || only.isEmpty()
        ? ChannelLayout.plain(channels, lanes)
        : only.get();
  }

  private void addMatrix(Unit unit, Op.Conv2d convolution) {
    int groups = convolution.groups();
    int node = unit.head().inputs().getFirst();
    Value input = written.get(node);
    boolean readable = groups == 1 || input.layout().order() == ChannelLayout.Order.PLAIN;
    if (!readable || input.halo() < convolution.padding()) {
      input = copied(node, ChannelLayout.plain(channels(node), lanes), convolution.padding());
    }
    Value output = new Value(unit.output(), matrixOutput(unit, convolution), halo(unit));
    Optional<Value> residual =
        unit.residual().isPresent()
            ? Optional.of(plain(unit.residual().getAsInt()))
            : Optional.empty();
    FoldedConvolution folded = folded(unit);
    MatrixPacking packing = new MatrixPacking(convolution, input.layout(), output.layout(), lanes);
    int packed = packer.reserve((long) groups * packing.groupLength());
    // In a linear layer a picture is one row. A tile of pairs holds rows of one picture only, so
    // each picture would read all weights.
    boolean manyRows = unit.head().op() instanceof Op.Conv2d;
    Optional<PairPacking> places =
        pairs && manyRows && packing.suitsPairs()
            ? Optional.of(packer.reservePairs(groups, packing.columns()))
            : Optional.empty();
    double inputSize = magnitudes.size(node);
    packer.add(to -> {
      packing.pack(folded, to, packed);
      places.ifPresent(place -> packing.pair(folded, inputSize, place, to, packed));
    });
    emit(
        new Layer.Matrix(
            input,
            output,
            window(convolution),
            groups,
            residual,
            new PackedFilters(
                packed,
                packer.spread(folded.shift(), output.layout()),
                floor(unit),
                unit.function(),
                places)));
  }

  private void addWinograd(Unit unit, Op.Conv2d convolution) {
    int node = unit.head().inputs().getFirst();
    Value input = written.get(node);
    ChannelLayout plain = ChannelLayout.plain(channels(node), lanes);
    if (!input.layout().equals(plain) || input.halo() < convolution.padding()) {
      input = copied(node, plain, convolution.padding());
    }
    Value output = plainOutput(unit);
    FoldedConvolution folded = folded(unit);
    int tile = AlgorithmChoice.winogradTile(convolution);
    WinogradPacking packing = new WinogradPacking(convolution, tile, lanes);
    int packed = packer.reserve(packing.length());
    Optional<PairPacking> places =
        pairs && packing.suitsPairs()
            ? Optional.of(
                packer.reservePairs(
                    convolution.groups() * WinogradPacking.products(tile),
                    convolution.outputChannelsPerGroup()))
            : Optional.empty();
    double inputSize = magnitudes.size(node);
    packer.add(to -> {
      packing.pack(folded, to, packed);
      places.ifPresent(place -> packing.pair(inputSize, place, to, packed));
    });
    emit(
        new Layer.Winograd(
            input,
            output,
            tile,
            convolution.groups(),
            new PackedFilters(
                packed,
                packer.spread(folded.shift(), output.layout()),
                floor(unit),
                unit.function(),
                places)));
  }

  private void addLanes(Unit unit, Op.Conv2d convolution) {
    int node = unit.head().inputs().getFirst();
    ChannelLayout wanted =
        ChannelLayout.lanesAcrossGroups(convolution.inputChannels(), convolution.groups(), lanes);
    Value input = written.get(node);
    if (!input.layout().equals(wanted) || input.halo() < convolution.padding()) {
      input = copied(node, wanted, convolution.padding());
    }
    ChannelLayout layout =
        ChannelLayout.lanesAcrossGroups(convolution.outputChannels(), convolution.groups(), lanes);
    Value output = new Value(unit.output(), layout, halo(unit));
    FoldedConvolution folded = folded(unit);
    LanePacking packing = new LanePacking(convolution, lanes);
    int packed = packer.reserve(packing.length());
    packer.add(to -> packing.pack(folded, to, packed));
    emit(
        new Layer.Lanes(
            input,
            output,
            window(convolution),
            new PackedFilters(
                packed,
                packer.spread(folded.shift(), layout),
                floor(unit),
                unit.function(),
                Optional.empty())));
  }

  private static Window window(Op.Conv2d convolution) {
    return new Window(
        convolution.kernel(), convolution.stride(), convolution.padding(), convolution.dilation());
  }

  private static float floor(Unit unit) {
    return unit.relu() ? 0f : Float.NEGATIVE_INFINITY;
  }

  private FoldedConvolution folded(Unit unit) {
    FoldedConvolution folded = FoldedConvolution.of(unit, weights);
    magnitudes.addConvolution(unit, folded);
    return folded;
  }

  // ---- everything else ----

  private void addSum(Unit unit) {
    int channels = channels(unit.output());
    double[] scale = new double[channels];
    Arrays.fill(scale, 1);
    magnitudes.addOther(unit, 1, 0);
    addCombine(unit, scale, new double[channels]);
  }

  private void addCombine(Unit unit, double[] scale, double[] shift) {
    List<Value> inputs = channelwise(unit.head().inputs());
    Value output = like(inputs.getFirst(), unit);
    boolean relu = unit.relu() || unit.head().op() instanceof Op.Relu;
    emit(
        new Layer.Combine(
            inputs,
            output,
            packer.spread(scale, output.layout()),
            packer.spread(shift, output.layout()),
            relu ? 0f : Float.NEGATIVE_INFINITY));
  }

  private void addCopy(Unit unit, int stride, int channelsBefore) {
    List<Value> inputs = unit.head().inputs().stream().map(written::get).toList();
    magnitudes.addOther(unit, 1, 0);
    emit(new Layer.Copy(inputs, plainOutput(unit), stride, channelsBefore));
  }

  // ---- attention and fixed filters ----

  /** A map that is added, and the node of its gates if its channels are scaled. */
  private record Summand(int map, Optional<Integer> gates) {

    static Summand of(Node scale) {
      return new Summand(scale.inputs().getFirst(), Optional.of(scale.inputs().getLast()));
    }
  }

  private static Summand summand(Unit unit, int input) {
    return unit.scale(input).map(Summand::of).orElse(new Summand(input, Optional.empty()));
  }

  private void addScaledSum(Unit unit, List<Summand> summands) {
    List<Value> maps = channelwise(summands.stream().map(Summand::map).toList());
    Value output = like(maps.getFirst(), unit);
    List<Optional<Value>> gates =
        summands.stream().map(s -> s.gates().map(node -> in(node, output.layout()))).toList();
    double[] ones = new double[output.layout().channels()];
    Arrays.fill(ones, 1);
    emit(
        new Layer.ScaledSum(
            maps, gates, output, packer.spread(ones, output.layout()), floor(unit)));
  }

  private void addEachPixel(Unit unit, Layer.PixelFunction function) {
    magnitudes.addCopy(unit);
    emit(new Layer.EachPixel(function, plainInput(unit), plainOutput(unit)));
  }

  /**
   * Inputs of an operation that treats every channel alike: as they lie, if all lie with lanes
   * across cardinality, or else in the plain layout.
   */
  private List<Value> channelwise(List<Integer> nodes) {
    ChannelLayout first = written.get(nodes.getFirst()).layout();
    boolean asTheyLie =
        first.order() == ChannelLayout.Order.LANES_ACROSS_GROUPS
            && nodes.stream().allMatch(node -> written.get(node).layout().equals(first));
    return nodes.stream().map(node -> asTheyLie ? written.get(node) : plain(node)).toList();
  }

  /** A unit's output in the layout of its input. */
  private Value like(Value input, Unit unit) {
    return new Value(unit.output(), input.layout(), halo(unit));
  }
}
