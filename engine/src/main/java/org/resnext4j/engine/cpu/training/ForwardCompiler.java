package org.resnext4j.engine.cpu.training;

import java.util.ArrayList;
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
import org.resnext4j.engine.graph.Node;
import org.resnext4j.engine.graph.Op;
import org.resnext4j.engine.graph.SeparableFilter;

/**
 * Makes the steps of the forward pass, and keeps the objects that the backward pass needs.
 *
 * <p>The plan stores the outputs of convolutions, of additions (after their ReLU) and of pooling.
 * It does not store the output of a batch norm or of a ReLU after it: the step that reads the
 * output computes it ({@link PixelSource.Affine}). This arithmetic costs little beside the matrix
 * products and saves passes over memory.
 *
 * <p>The class itself makes the steps of an addition (a worker holds {@code [block of
 * pixels][channels]} of one term), and of a stored ReLU or batch norm (no scratch memory). The
 * other steps state their memory in their own classes.
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
  private final Map<Node, MapOperation> operations = new HashMap<>();

  ForwardCompiler(CpuTrainingModel model, TrainingLayout layout, BufferPlan buffers) {
    this.model = model;
    this.space = model.space();
    this.layout = layout;
    this.buffers = buffers;
  }

  /** Makes all steps; returns the buffer of the pictures. */
  Buffer compile() {
    layout.sites().forEach(this::compile);
    Buffer pictures = buffer(output(layout.sites().getFirst()));
    pictures.usedAt(0);
    return pictures;
  }

  List<NamedStep> steps() {
    return steps;
  }

  /** The source of a node's output. */
  PixelSource output(Site site) {
    return outputs.get(site.node());
  }

  /** The algorithm of a convolution or a linear layer. */
  TrainableConvolution convolution(Site site) {
    return convolutions.get(site.node());
  }

  BatchNormState norm(Site site) {
    return norms.get(site.node());
  }

  /** The operation of a node that is not fused with its neighbours. */
  MapOperation operation(Site site) {
    return operations.get(site.node());
  }

  private static Buffer buffer(PixelSource source) {
    return ((PixelSource.Plain) source).buffer();
  }

  private void add(Site site, Step step) {
    steps.add(new NamedStep(site.node().name(), step));
    buffers.nextStep();
  }

  /**
   * Adds a step that writes a stored output, a block of pixels at a time.
   *
   * @param reads the maps that the step reads
   */
  private void addBlocks(Site site, List<PixelSource> reads, Workspace.BlockTask task) {
    add(site, accumulate -> space.eachBlock(site.shape(), task));
    buffers.use(reads);
    buffers.use(output(site));
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
      case Op.Concat _,
          Op.Subsample _,
          Op.UpsampleNearest _,
          Op.MaxPool _,
          Op.GlobalAveragePool _,
          Op.Pointwise _,
          SeparableFilter _,
          AttentionOp _ ->
          compileAlone(site);
    }
  }

  private void compileAlone(Site site) {
    List<Site> from = layout.inputs(site);
    List<PixelSource> inputs = from.stream().map(this::output).toList();
    Buffer result = store(site);
    MapOperation operation = new MapOperations(model, site, from, inputs).operation(output(site));
    operations.put(site.node(), operation);
    buffers.need(operation.need());
    add(site, accumulate -> operation.forward().run(result, space));
    buffers.use(operation.reads());
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
    // The workspace holds the sums of a convolution only until the next step that computes sums.
    boolean summed =
        convolutions.containsKey(from.node()) && from.node().index() == site.node().index() - 1;
    if (fixed) {
      add(site, accumulate -> norm.useRunning());
    } else if (summed) {
      int tasks = convolution(from).tasks().forward();
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
      // The addition before this node has already applied the ReLU.
      outputs.put(site.node(), output(from));
    } else {
      PixelSource source = output(from);
      Buffer result = store(site);
      int channels = site.channels();
      addBlocks(
          site,
          List.of(source),
          (row, rows, own) -> {
            float[] to = result.data();
            source.copyPixels(row, rows, to);
            ChannelPasses.relu(to, row * channels, rows * channels);
          });
    }
  }

  /** Offers an output that its readers compute. A batch norm needs a stored output. */
  private void offer(Site site, PixelSource read) {
    if (!layout.feedsBatchNorm(site)) {
      outputs.put(site.node(), read);
      return;
    }
    Buffer result = store(site);
    addBlocks(site, List.of(read), (row, rows, own) -> read.copyPixels(row, rows, result.data()));
  }

  private void compileAdd(Site site) {
    Buffer result = store(site);
    List<PixelSource> terms = layout.inputs(site).stream().map(this::output).toList();
    int channels = site.channels();
    // A worker holds a block of pixels of one term, [BLOCK_ROWS][channels].
    buffers.need(Workspace.Need.own((long) Workspace.BLOCK_ROWS * channels));
    addBlocks(
        site,
        terms,
        (row, rows, own) -> {
          float[] to = result.data();
          int at = row * channels;
          terms.getFirst().copyPixels(row, rows, to);
          for (PixelSource term : terms.subList(1, terms.size())) {
            term.readRows(row, rows, 0, channels, own, 0, channels);
            ChannelPasses.add(own, 0, rows * channels, to, at);
          }
          if (site.joined()) {
            ChannelPasses.relu(to, at, rows * channels);
          }
        });
  }
}
