package org.resnext4j.engine.cpu.training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.resnext4j.engine.cpu.kernel.ChannelPasses;
import org.resnext4j.engine.cpu.kernel.Kernels;
import org.resnext4j.engine.cpu.training.TrainingLayout.Site;
import org.resnext4j.engine.cpu.training.TrainingProgram.NamedStep;
import org.resnext4j.engine.cpu.training.TrainingProgram.Step;
import org.resnext4j.engine.graph.AttentionOp;
import org.resnext4j.engine.graph.AxisFilter;
import org.resnext4j.engine.graph.Node;
import org.resnext4j.engine.graph.Op;
import org.resnext4j.engine.graph.SeparableFilter;
import org.resnext4j.engine.graph.Shape;

/**
 * Makes the steps of the forward pass, and keeps the parts that the backward pass reads.
 *
 * <p>The plan stores the outputs of convolutions, of additions (behind their ReLU) and of pooling.
 * A step that reads a batch norm, or a ReLU behind it, computes it on the way ({@link
 * PixelSource.Affine}). This arithmetic hides behind the matrix products and saves passes over
 * memory.
 */
final class ForwardCompiler {

  private final CpuTrainingModel model;
  private final Workspace space;
  private final TrainingLayout layout;
  private final BufferPlan buffers;
  private final boolean pairs = Kernels.best().pairs();
  private final List<NamedStep> steps = new ArrayList<>();
  private final Map<Node, PixelSource> outputs = new HashMap<>();
  private final Map<Node, TrainableConvolution> convolutions = new HashMap<>();
  private final Map<Node, BatchNormState> norms = new HashMap<>();
  private final Map<Node, int[]> winners = new HashMap<>();

  ForwardCompiler(CpuTrainingModel model, TrainingLayout layout, BufferPlan buffers) {
    this.model = model;
    this.space = model.space();
    this.layout = layout;
    this.buffers = buffers;
  }

  /** Makes all steps; returns where the pictures enter. */
  Buffer compile() {
    layout.sites().forEach(this::compile);
    Buffer pictures = buffer(output(layout.sites().getFirst()));
    pictures.usedAt(0);
    return pictures;
  }

  List<NamedStep> steps() {
    return steps;
  }

  /** Where a node's output is read. */
  PixelSource output(Site site) {
    return outputs.get(site.node());
  }

  /** How a convolution or a linear layer is done. */
  TrainableConvolution convolution(Site site) {
    return convolutions.get(site.node());
  }

  BatchNormState norm(Site site) {
    return norms.get(site.node());
  }

  /** Which value of its window each output of a max pool took. */
  int[] winners(Site site) {
    return winners.get(site.node());
  }

  private static Buffer buffer(PixelSource source) {
    return ((PixelSource.Plain) source).buffer();
  }

  private void add(Site site, Step step) {
    steps.add(new NamedStep(site.node().name(), step));
    buffers.nextStep();
  }

  private Buffer store(Site site) {
    Buffer buffer = buffers.buffer(site.shape().elements());
    outputs.put(site.node(), new PixelSource.Plain(buffer, site.channels()));
    return buffer;
  }

  private void compile(Site site) {
    switch (site.op()) {
      case Op.Input _ -> store(site);
      case Op.Conv2d op -> compileConvolution(site, op);
      case Op.Linear op -> compileConvolution(site, op.asConvolution());
      case Op.BatchNorm op -> compileBatchNorm(site, op);
      case Op.Relu _ -> compileRelu(site);
      case Op.Add _ -> compileAdd(site);
      case Op.Concat _ -> compileConcat(site);
      case Op.Subsample op -> compileSubsample(site, op);
      case Op.UpsampleNearest _ -> compileUpsampling(site);
      case Op.MaxPool op -> compileMaxPool(site, op);
      case Op.GlobalAveragePool _ -> compileAveragePool(site);
      case Op.Pointwise op ->
          compileDefined(
              site,
              (in, result) ->
                  AttentionSteps.pointwise(op, site.shape(), in.getFirst(), result, space));
      case SeparableFilter op -> {
        Shape from = layout.input(site, 0).shape();
        AxisFilter rows = op.along(from.height());
        AxisFilter columns = op.along(from.width());
        compileDefined(
            site,
            (in, result) ->
                AttentionSteps.filter(
                    rows, columns, from, in.getFirst(), new MapTarget(result, false), space));
      }
      case AttentionOp.ChannelScale _ ->
          compileDefined(
              site,
              (in, result) ->
                  AttentionSteps.scale(site.shape(), in.getFirst(), in.getLast(), result, space));
      case AttentionOp.ChannelConvolution _ -> {
        Span weight = model.parameter(site.node(), "weight");
        compileDefined(
            site,
            (in, result) ->
                AttentionSteps.convolveChannels(
                    site.shape(), in.getFirst(), weight, result, space));
      }
      case AttentionOp.PathSoftmax op ->
          compileDefined(
              site,
              (in, result) ->
                  AttentionSteps.softmax(op, site.shape(), in.getFirst(), result, space));
      case AttentionOp.Slice op ->
          compileDefined(
              site,
              (in, result) -> AttentionSteps.slice(op, site.shape(), in.getFirst(), result, space));
    }
  }

  /** Computes an output from its inputs. */
  @FunctionalInterface
  private interface DefinedStep {
    void run(List<PixelSource> inputs, Buffer result);
  }

  private void compileDefined(Site site, DefinedStep step) {
    List<PixelSource> inputs = layout.inputs(site).stream().map(this::output).toList();
    Buffer result = store(site);
    buffers.need(Workspace.Need.own(2L * site.channels()));
    add(site, accumulate -> step.run(inputs, result));
    buffers.use(inputs.toArray(PixelSource[]::new));
    buffers.use(result);
  }

  private void compileConvolution(Site site, Op.Conv2d op) {
    Site from = layout.input(site, 0);
    TrainableConvolution convolution;
    if (op.dilation() > 1) {
      Op.Conv2d wide = DilatedConvolution.widened(op);
      convolution =
          new DilatedConvolution(
              op,
              new MatrixConvolution(
                  wide, from.shape(), site.shape(), from.order(), site.order(), pairs));
    } else if (site.lanes()) {
      convolution = new LaneConvolution(op, from.shape(), site.shape());
    } else if (WinogradConvolution.suits(op, site.shape()) && from.isPlain() && site.isPlain()) {
      convolution = new WinogradConvolution(op, site.shape());
    } else {
      convolution =
          new MatrixConvolution(op, from.shape(), site.shape(), from.order(), site.order(), pairs);
    }
    buffers.need(convolution.need());
    convolutions.put(site.node(), convolution);
    PixelSource source = output(from);
    Buffer result = store(site);
    Span weight = model.parameter(site.node(), "weight");
    Optional<Span> bias =
        op.bias() ? Optional.of(model.parameter(site.node(), "bias")) : Optional.empty();
    TrainableConvolution.Forward pass =
        new TrainableConvolution.Forward(source, result, weight, bias, layout.feedsBatchNorm(site));
    add(site, accumulate -> convolution.forward(pass, space));
    buffers.use(source, output(site));
  }

  private void compileBatchNorm(Site site, Op.BatchNorm op) {
    Site from = layout.input(site, 0);
    boolean fixed = model.options().fixedStatistics().test(site.node().name());
    if (!fixed && site.pixels() < 2) {
      throw new IllegalArgumentException(
          "'%s' sees one value a channel, which has no variance to train with; use a larger batch or"
                  .formatted(site.node().name())
              + " larger pictures");
    }
    BatchNormState norm =
        new BatchNormState(
            site, model.norm(site.node()), op, fixed, model.options().batchNormMomentum());
    buffers.need(norm.need());
    norms.put(site.node(), norm);
    Buffer x = buffer(output(from));
    // The sums of a convolution lie in the workspace only until the next step that makes sums.
    boolean summed =
        convolutions.containsKey(from.node()) && from.node().index() == site.node().index() - 1;
    if (fixed) {
      add(site, accumulate -> norm.useRunning());
    } else if (summed) {
      int tasks = convolution(from).forwardTasks();
      add(site, accumulate -> norm.useBatch(space.sums(), tasks));
    } else {
      add(site, accumulate -> norm.useBatch(space.sums(), norm.sumMoments(x, space)));
    }
    buffers.use(output(from));
    offer(site, new PixelSource.Affine(x, norm.scale(), norm.shift(), false));
  }

  private void compileRelu(Site site) {
    Site from = layout.input(site, 0);
    if (site.joined()) {
      BatchNormState norm = norm(from);
      PixelSource.Affine of = (PixelSource.Affine) output(from);
      offer(site, new PixelSource.Affine(of.buffer(), norm.scale(), norm.shift(), true));
    } else if (from.joined()) {
      // The addition before has written this node's output.
      outputs.put(site.node(), output(from));
    } else {
      PixelSource source = output(from);
      Buffer result = store(site);
      int channels = site.channels();
      add(
          site,
          accumulate ->
              space.eachBlock(
                  site.pixels(),
                  (row, rows, own) -> {
                    float[] to = result.data();
                    source.readRows(row, rows, 0, channels, to, row * channels, channels);
                    ChannelPasses.relu(to, row * channels, rows * channels);
                  }));
      buffers.use(source, output(site));
    }
  }

  /** Lets readers compute an output, except batch norms, which need it stored. */
  private void offer(Site site, PixelSource read) {
    if (!layout.feedsBatchNorm(site)) {
      outputs.put(site.node(), read);
      return;
    }
    Buffer result = store(site);
    int channels = site.channels();
    add(
        site,
        accumulate ->
            space.eachBlock(
                site.pixels(),
                (row, rows, own) ->
                    read.readRows(
                        row, rows, 0, channels, result.data(), row * channels, channels)));
    buffers.use(read, output(site));
  }

  private void compileAdd(Site site) {
    Buffer result = store(site);
    List<PixelSource> terms = layout.inputs(site).stream().map(this::output).toList();
    int channels = site.channels();
    buffers.need(Workspace.Need.own((long) Workspace.BLOCK_ROWS * channels));
    add(
        site,
        accumulate ->
            space.eachBlock(
                site.pixels(),
                (row, rows, own) -> {
                  float[] to = result.data();
                  int at = row * channels;
                  terms.getFirst().readRows(row, rows, 0, channels, to, at, channels);
                  for (PixelSource term : terms.subList(1, terms.size())) {
                    term.readRows(row, rows, 0, channels, own, 0, channels);
                    ChannelPasses.add(own, 0, rows * channels, to, at);
                  }
                  if (site.joined()) {
                    ChannelPasses.relu(to, at, rows * channels);
                  }
                }));
    buffers.use(terms.toArray(PixelSource[]::new));
    buffers.use(result);
  }

  private void compileConcat(Site site) {
    Buffer result = store(site);
    int width = site.channels();
    int before = 0;
    for (Site from : layout.inputs(site)) {
      PixelSource source = output(from);
      int channel = before;
      add(
          site,
          accumulate ->
              space.eachBlock(
                  site.pixels(),
                  (row, rows, own) ->
                      source.readRows(
                          row,
                          rows,
                          0,
                          from.channels(),
                          result.data(),
                          row * width + channel,
                          width)));
      buffers.use(source, output(site));
      before += from.channels();
    }
  }

  private void compileSubsample(Site site, Op.Subsample op) {
    Site from = layout.input(site, 0);
    PixelSource source = output(from);
    Buffer result = store(site);
    int channels = site.channels();
    add(
        site,
        accumulate ->
            space.eachBlock(
                site.pixels(),
                (row, rows, own) -> {
                  float[] to = result.data();
                  Arrays.fill(to, row * channels, (row + rows) * channels, 0f);
                  for (int pixel = row; pixel < row + rows; pixel++) {
                    int at = pixel * channels + op.channelsBefore();
                    int kept = ResamplingSteps.kept(op, pixel, from.shape(), site.shape());
                    source.read(kept, 0, from.channels(), to, at);
                  }
                }));
    buffers.use(source, output(site));
  }

  private void compileUpsampling(Site site) {
    Site from = layout.input(site, 0);
    PixelSource source = output(from);
    Buffer result = store(site);
    int channels = site.channels();
    add(
        site,
        accumulate ->
            space.eachBlock(
                site.pixels(),
                (row, rows, own) -> {
                  for (int pixel = row; pixel < row + rows; pixel++) {
                    int repeated = ResamplingSteps.repeated(pixel, from.shape(), site.shape());
                    source.read(repeated, 0, channels, result.data(), pixel * channels);
                  }
                }));
    buffers.use(source, output(site));
  }

  private void compileMaxPool(Site site, Op.MaxPool op) {
    Site from = layout.input(site, 0);
    PixelSource source = output(from);
    Buffer result = store(site);
    int[] winner = new int[Math.toIntExact(site.shape().elements())];
    winners.put(site.node(), winner);
    PoolingSteps.MaxPooling pooling =
        new PoolingSteps.MaxPooling(op, from.shape(), site.shape(), winner);
    buffers.need(Workspace.Need.own(site.channels()));
    add(site, accumulate -> PoolingSteps.maxPool(pooling, source, result, space));
    buffers.use(source, output(site));
  }

  private void compileAveragePool(Site site) {
    Site from = layout.input(site, 0);
    PixelSource source = output(from);
    Buffer result = store(site);
    buffers.need(Workspace.Need.own(site.channels()));
    add(site, accumulate -> PoolingSteps.averagePool(from.shape(), source, result, space));
    buffers.use(source, output(site));
  }
}
