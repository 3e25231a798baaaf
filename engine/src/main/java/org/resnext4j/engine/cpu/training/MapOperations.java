package org.resnext4j.engine.cpu.training;

import java.util.ArrayList;
import java.util.List;
import org.resnext4j.engine.cpu.kernel.PixelFunctions;
import org.resnext4j.engine.cpu.training.MapOperation.Contribution;
import org.resnext4j.engine.cpu.training.MapOperation.GradientStep;
import org.resnext4j.engine.cpu.training.MapOperation.ToInput;
import org.resnext4j.engine.cpu.training.MapOperation.ToParameter;
import org.resnext4j.engine.cpu.training.TrainingLayout.Site;
import org.resnext4j.engine.graph.AttentionOp;
import org.resnext4j.engine.graph.AxisFilter;
import org.resnext4j.engine.graph.Op;
import org.resnext4j.engine.graph.SeparableFilter;
import org.resnext4j.engine.graph.Shape;

/** Makes the {@link MapOperation} of one node. */
final class MapOperations {

  private final CpuTrainingModel model;
  private final Site site;
  private final Shape in;
  private final Shape out;
  private final List<PixelSource> inputs;
  private final PixelSource input;

  /**
   * Prepares a node.
   *
   * @param from the nodes that it reads
   * @param inputs their outputs
   */
  MapOperations(CpuTrainingModel model, Site site, List<Site> from, List<PixelSource> inputs) {
    this.model = model;
    this.site = site;
    this.in = from.getFirst().shape();
    this.out = site.shape();
    this.inputs = inputs;
    this.input = inputs.getFirst();
  }

  /**
   * Makes the operation.
   *
   * @param output the node's output, for operations whose gradients read it
   */
  MapOperation operation(PixelSource output) {
    return switch (site.op()) {
      case Op.Concat _ -> concatenation();
      case Op.Subsample op ->
          unary(
              own(1),
              (result, space) -> ResamplingSteps.subsample(op, in, out, input, result, space),
              copied((gradient, pixel, to, at) ->
                  ResamplingSteps.subsampleGradient(op, pixel, in, out, gradient, to, at)));
      case Op.UpsampleNearest _ ->
          unary(
              own(1),
              (result, space) -> ResamplingSteps.upsample(in, out, input, result, space),
              toInput((gradient, target, space) ->
                  ResamplingSteps.upsamplingGradient(in, out, gradient, target, space)));
      case Op.MaxPool op -> maxPool(op);
      case Op.GlobalAveragePool _ -> {
        AveragePooling pooling = new AveragePooling(in);
        yield unary(
            own(1),
            (result, space) -> pooling.forward(input, result, space),
            toInput(pooling::backward));
      }
      case Op.Pointwise op ->
          unary(
              own(2),
              (result, space) -> AttentionSteps.pointwise(op, out, input, result, space),
              fromStored(
                  input,
                  (own, channels) ->
                      PixelFunctions.applyGradient(
                          op.function(), own, own, channels, own, channels, channels)));
      case SeparableFilter op -> filter(op);
      case AttentionOp.ChannelScale _ -> channelScale();
      case AttentionOp.ChannelConvolution _ -> channelConvolution();
      case AttentionOp.PathSoftmax op ->
          unary(
              own(2),
              (result, space) -> AttentionSteps.softmax(op, out, input, result, space),
              fromStored(
                  output,
                  (own, channels) ->
                      PixelFunctions.softmaxGradient(
                          op.paths(), own, own, channels, own, channels, channels)));
      case AttentionOp.Slice op ->
          unary(
              own(1),
              (result, space) -> AttentionSteps.slice(op, out, input, result, space),
              copied((gradient, pixel, to, at) ->
                  AttentionSteps.sliceGradient(op, pixel, in.channels(), gradient, to, at)));
      case Op.Input _, Op.Conv2d _, Op.Linear _, Op.BatchNorm _, Op.Relu _, Op.Add _ ->
          throw new IllegalArgumentException(
              "'%s' is computed together with its neighbours".formatted(site.node().name()));
    };
  }

  /** Memory of a worker for some pixels, {@code [pixels][channels]} of the wider map. */
  private Workspace.Need own(int pixels) {
    return Workspace.Need.own((long) pixels * Math.max(in.channels(), out.channels()));
  }

  private MapOperation unary(
      Workspace.Need need, MapOperation.Forward forward, Contribution... contributions) {
    return new MapOperation(List.of(input), need, forward, List.of(contributions));
  }

  /**
   * A contribution to the gradient of the first input, by a step that computes up to two pixels.
   */
  private Contribution toInput(GradientStep<MapTarget> step, PixelSource... reads) {
    return new ToInput(0, List.of(reads), own(2), step);
  }

  /** Computes a gradient in place from a stored map and the gradient of the output. */
  @FunctionalInterface
  private interface ChannelGradient {
    /**
     * Computes the gradient of one pixel.
     *
     * @param own {@code [2][channels]}: the pixel of the stored map, and that of the gradient
     */
    void compute(float[] own, int channels);
  }

  /**
   * A contribution to the gradient of the input that depends on a stored map: the input or the
   * output.
   */
  private Contribution fromStored(PixelSource stored, ChannelGradient function) {
    int channels = out.channels();
    return toInput(
        (gradient, target, space) ->
            target.computeEach(
                out,
                space,
                (pixel, own) -> {
                  stored.read(pixel, 0, channels, own, 0);
                  gradient.read(pixel, 0, channels, own, channels);
                  function.compute(own, channels);
                }),
        stored);
  }

  /** Copies one pixel of an input's gradient out of the output's gradient. */
  @FunctionalInterface
  private interface PixelCopy {
    void read(PixelSource gradient, int pixel, float[] to, int at);
  }

  /** A contribution to the gradient of the first input that only copies values. */
  private Contribution copied(PixelCopy copy) {
    return toInput((gradient, target, space) ->
        target.readEach(in, space, (pixel, to, at) -> copy.read(gradient, pixel, to, at)));
  }

  private MapOperation concatenation() {
    List<Contribution> contributions = new ArrayList<>();
    int[] starts = new int[inputs.size() + 1];
    for (int part = 0; part < inputs.size(); part++) {
      int start = starts[part];
      int channels = inputs.get(part).channels();
      starts[part + 1] = start + channels;
      Shape shape = new Shape(out.batch(), out.height(), out.width(), channels);
      GradientStep<MapTarget> step =
          (gradient, target, space) ->
              target.readEach(
                  shape, space, (pixel, to, at) -> gradient.read(pixel, start, channels, to, at));
      contributions.add(new ToInput(part, List.of(), own(1), step));
    }
    MapOperation.Forward forward =
        (result, space) ->
            space.eachBlock(
                out,
                (row, rows, own) -> {
                  for (int part = 0; part < inputs.size(); part++) {
                    PixelSource source = inputs.get(part);
                    int at = row * out.channels() + starts[part];
                    source.readRows(
                        row, rows, 0, source.channels(), result.data(), at, out.channels());
                  }
                });
    return new MapOperation(inputs, own(1), forward, contributions);
  }

  private MapOperation maxPool(Op.MaxPool op) {
    int[] winner = new int[Math.toIntExact(out.elements())];
    MaxPooling pooling = new MaxPooling(op, in, out, winner);
    return unary(
        own(1),
        (result, space) -> pooling.forward(input, result, space),
        toInput(pooling::backward));
  }

  private MapOperation filter(SeparableFilter op) {
    AxisFilter rows = op.along(in.height());
    AxisFilter columns = op.along(in.width());
    AxisFilter backRows = rows.transposed(in.height());
    AxisFilter backColumns = columns.transposed(in.width());
    return unary(
        own(2),
        (result, space) -> {
          MapTarget target = new MapTarget(result, false);
          AttentionSteps.filter(rows, columns, in, input, target, space);
        },
        toInput((gradient, target, space) ->
            AttentionSteps.filter(backRows, backColumns, out, gradient, target, space)));
  }

  private MapOperation channelScale() {
    PixelSource gates = inputs.getLast();
    long sums = (long) out.batch() * out.channels();
    // The sums are [batch][channels]; a worker holds one pixel of the map and of the gradient.
    Workspace.Need gateNeed = Workspace.Need.sums(sums, 2L * out.channels());
    return new MapOperation(
        inputs,
        own(1),
        (result, space) -> AttentionSteps.scale(out, input, gates, result, space),
        List.of(
            new ToInput(
                1,
                List.of(input),
                gateNeed,
                (gradient, target, space) ->
                    AttentionSteps.scaleGateGradient(out, input, gradient, target, space)),
            toInput(
                (gradient, target, space) ->
                    AttentionSteps.scaleMapGradient(out, gates, gradient, target, space),
                gates)));
  }

  private MapOperation channelConvolution() {
    Span weight = model.parameter(site.node(), "weight");
    List<Contribution> contributions = new ArrayList<>();
    model
        .gradient(site.node(), "weight")
        .ifPresent(into ->
            contributions.add(
                new ToParameter(
                    into,
                    List.of(input),
                    own(2),
                    (gradient, target, space) ->
                        AttentionSteps.channelWeightsGradient(
                            out, input, gradient, target, space))));
    contributions.add(
        toInput((gradient, target, space) ->
            target.computeEach(
                out,
                space,
                AttentionSteps.convolveChannelsGradient(weight, out.channels(), gradient))));
    return new MapOperation(
        List.of(input),
        own(1),
        (result, space) -> AttentionSteps.convolveChannels(out, input, weight, result, space),
        contributions);
  }
}
