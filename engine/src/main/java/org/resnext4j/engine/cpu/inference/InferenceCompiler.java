package org.resnext4j.engine.cpu.inference;

import java.util.ArrayList;
import java.util.Arrays;
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

  private final Weights weights;
  private final Kernels kernels;
  private final int lanes;
  private final AlgorithmChoice choice;
  private final boolean pairs;
  private final List<Unit> units;

  private final ValueLayouts values;
  private final Magnitudes magnitudes = new Magnitudes();
  private final WeightPacker packer = new WeightPacker();

  private InferenceCompiler(
      Graph graph, Weights weights, InferenceOptions options, Kernels kernels) {
    this.weights = weights;
    this.kernels = kernels;
    this.lanes = kernels.lanes();
    this.choice = new AlgorithmChoice(lanes, options.exact());
    this.pairs = kernels.pairs() && !options.exact();
    Set<String> kept = new HashSet<>(options.keptOutputs());
    kept.forEach(graph::node);
    graph.outputs().values().forEach(node -> kept.add(node.name()));
    this.units = Fusion.units(graph, kept);
    this.values = new ValueLayouts(graph, units, lanes);
  }

  static Result compile(Graph graph, Weights weights, InferenceOptions options, Kernels kernels) {
    InferenceCompiler compiler = new InferenceCompiler(graph, weights, options, kernels);
    compiler.units.forEach(compiler::add);
    List<Runnable> tasks = new ArrayList<>();
    // C2 compiles plain products in time. Only products in pairs need the warm-up.
    if (compiler.values.layers().stream().anyMatch(layer -> layer.pairs().isPresent())) {
      tasks.add(() -> WarmUp.multiply(kernels, true));
      tasks.add(() -> WarmUp.multiply(kernels, false));
    }
    float[] packed = compiler.packer.pack(tasks);
    return new Result(compiler.values.layers(), packed, compiler.values.written());
  }

  private void add(Unit unit) {
    switch (unit.head().op()) {
      case Op.Input input -> {
        Value output =
            new Value(unit.output(), ChannelLayout.compact(input.channels()), values.halo(unit));
        magnitudes.addInput(unit);
        values.emit(new Layer.Enter(output));
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
        values.emit(new Layer.Upsample(values.plainInput(unit), values.plainOutput(unit)));
      }
      case Op.MaxPool pool -> {
        magnitudes.addOther(unit, 1, 0);
        values.emit(
            new Layer.Maximum(
                values.plainInput(unit),
                values.plainOutput(unit),
                new Window(pool.kernel(), pool.stride(), pool.padding())));
      }
      case Op.GlobalAveragePool _ -> {
        magnitudes.addOther(unit, 1, 0);
        Value input = values.channelwise(unit.head().inputs()).getFirst();
        values.emit(new Layer.Mean(input, values.like(input, unit)));
      }
      case AttentionOp.ChannelScale _ -> {
        magnitudes.addCopy(unit);
        addScaledSum(unit, List.of(Summand.of(unit.head())));
      }
      case SeparableFilter filter -> {
        magnitudes.addCopy(unit);
        Value input = values.channelwise(unit.head().inputs()).getFirst();
        values.emit(new Layer.Filter(filter, input, values.like(input, unit)));
      }
      case Op.Pointwise op -> {
        int vectors = ChannelLayout.plain(values.channels(unit.output()), lanes).vectors();
        addEachPixel(
            unit, (x, from, y, to) -> kernels.apply(op.function(), x, from, y, to, vectors));
      }
      case AttentionOp.ChannelConvolution _ -> {
        int channels = values.channels(unit.output());
        float[] weight = weights.get(unit.head().parameterName("weight")).values().clone();
        addEachPixel(
            unit, (x, from, y, to) -> PixelFunctions.convolve(weight, x, from, y, to, channels));
      }
      case AttentionOp.PathSoftmax op -> {
        int channels = values.channels(unit.output());
        addEachPixel(
            unit, (x, from, y, to) -> PixelFunctions.softmax(op.paths(), x, from, y, to, channels));
      }
      case AttentionOp.Slice op ->
          addEachPixel(
              unit, (x, from, y, to) -> System.arraycopy(x, from + op.first(), y, to, op.count()));
    }
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
    values.readers(unit).forEach(r -> demands.add(demand(r)));
    Optional<ChannelLayout> only =
        demands.size() == 1 ? demands.iterator().next() : Optional.empty();
    return unit.residual().isPresent() || only.isEmpty()
        ? ChannelLayout.plain(channels, lanes)
        : only.get();
  }

  private void addMatrix(Unit unit, Op.Conv2d convolution) {
    int groups = convolution.groups();
    int node = unit.head().inputs().getFirst();
    Value input = values.written(node);
    boolean readable = groups == 1 || input.layout().order() == ChannelLayout.Order.PLAIN;
    if (!readable || input.halo() < convolution.padding()) {
      input =
          values.copied(
              node, ChannelLayout.plain(values.channels(node), lanes), convolution.padding());
    }
    Value output = new Value(unit.output(), matrixOutput(unit, convolution), values.halo(unit));
    Optional<Value> residual =
        unit.residual().isPresent()
            ? Optional.of(values.plain(unit.residual().getAsInt()))
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
    values.emit(
        new Layer.Matrix(
            input,
            output,
            window(convolution),
            groups,
            residual,
            packed(unit, folded, output, packed, places)));
  }

  private void addWinograd(Unit unit, Op.Conv2d convolution) {
    int node = unit.head().inputs().getFirst();
    ChannelLayout plain = ChannelLayout.plain(values.channels(node), lanes);
    Value input = values.in(node, plain, convolution.padding());
    Value output = values.plainOutput(unit);
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
    values.emit(
        new Layer.Winograd(
            input,
            output,
            tile,
            convolution.groups(),
            packed(unit, folded, output, packed, places)));
  }

  private void addLanes(Unit unit, Op.Conv2d convolution) {
    int node = unit.head().inputs().getFirst();
    ChannelLayout wanted =
        ChannelLayout.lanesAcrossGroups(convolution.inputChannels(), convolution.groups(), lanes);
    Value input = values.in(node, wanted, convolution.padding());
    ChannelLayout layout =
        ChannelLayout.lanesAcrossGroups(convolution.outputChannels(), convolution.groups(), lanes);
    Value output = new Value(unit.output(), layout, values.halo(unit));
    FoldedConvolution folded = folded(unit);
    LanePacking packing = new LanePacking(convolution, lanes);
    int packed = packer.reserve(packing.length());
    packer.add(to -> packing.pack(folded, to, packed));
    values.emit(
        new Layer.Lanes(
            input,
            output,
            window(convolution),
            packed(unit, folded, output, packed, Optional.empty())));
  }

  /** Packs the bias of a convolution; returns all its places. */
  private PackedFilters packed(
      Unit unit,
      FoldedConvolution folded,
      Value output,
      int weights,
      Optional<PairPacking> places) {
    int bias = packer.spread(folded.shift(), output.layout());
    return new PackedFilters(weights, bias, floor(unit), unit.function(), places);
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
    int channels = values.channels(unit.output());
    double[] scale = new double[channels];
    Arrays.fill(scale, 1);
    magnitudes.addOther(unit, 1, 0);
    addCombine(unit, scale, new double[channels]);
  }

  private void addCombine(Unit unit, double[] scale, double[] shift) {
    List<Value> inputs = values.channelwise(unit.head().inputs());
    Value output = values.like(inputs.getFirst(), unit);
    boolean relu = unit.relu() || unit.head().op() instanceof Op.Relu;
    values.emit(
        new Layer.Combine(
            inputs,
            output,
            packer.spread(scale, output.layout()),
            packer.spread(shift, output.layout()),
            relu ? 0f : Float.NEGATIVE_INFINITY));
  }

  private void addCopy(Unit unit, int stride, int channelsBefore) {
    List<Value> inputs = unit.head().inputs().stream().map(values::written).toList();
    magnitudes.addOther(unit, 1, 0);
    values.emit(new Layer.Copy(inputs, values.plainOutput(unit), stride, channelsBefore));
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
    List<Value> maps = values.channelwise(summands.stream().map(Summand::map).toList());
    Value output = values.like(maps.getFirst(), unit);
    List<Optional<Value>> gates =
        summands.stream()
            .map(s -> s.gates().map(node -> values.in(node, output.layout(), 0)))
            .toList();
    double[] ones = new double[output.layout().channels()];
    Arrays.fill(ones, 1);
    values.emit(
        new Layer.ScaledSum(
            maps, gates, output, packer.spread(ones, output.layout()), floor(unit)));
  }

  private void addEachPixel(Unit unit, Layer.PixelFunction function) {
    magnitudes.addCopy(unit);
    values.emit(new Layer.EachPixel(function, values.plainInput(unit), values.plainOutput(unit)));
  }
}
