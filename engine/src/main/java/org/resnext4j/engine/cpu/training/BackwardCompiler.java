package org.resnext4j.engine.cpu.training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.resnext4j.engine.cpu.kernel.ChannelPasses;
import org.resnext4j.engine.cpu.parallel.Partition;
import org.resnext4j.engine.cpu.training.MapOperation.Contribution;
import org.resnext4j.engine.cpu.training.MapOperation.ToInput;
import org.resnext4j.engine.cpu.training.MapOperation.ToParameter;
import org.resnext4j.engine.cpu.training.TrainableConvolution.DataGradient;
import org.resnext4j.engine.cpu.training.TrainingLayout.Site;
import org.resnext4j.engine.cpu.training.TrainingProgram.NamedStep;
import org.resnext4j.engine.cpu.training.TrainingProgram.Step;
import org.resnext4j.engine.graph.AttentionOp;
import org.resnext4j.engine.graph.Node;
import org.resnext4j.engine.graph.Op;
import org.resnext4j.engine.graph.SeparableFilter;

/**
 * Makes the steps of the backward pass, from the gradients of the outputs to the gradients of the
 * parameters and the pictures.
 *
 * <p>The gradient of a batch norm is not stored: the step that reads it computes it ({@link
 * PixelSource.NormGradient}). The convolution that completes a gradient also applies the mask of a
 * ReLU and computes the sums for a batch norm while the gradient is in a cache ({@link
 * Completion}).
 *
 * <p>The class itself makes the steps of a bias (sums {@code [channels]} in float64; a worker holds
 * {@code [channels]} of one pixel), of a ReLU (no scratch memory) and of a copied gradient (a
 * worker holds {@code [channels]} of one pixel). The other steps state their memory in their own
 * classes.
 */
final class BackwardCompiler {

  /** The least number of columns of a gradient that one task sums for a bias. */
  private static final int BIAS_COLUMNS = 64;

  private static final int BIAS_TASKS = 96;

  /**
   * Further work on a gradient that a convolution completes. It replaces the steps after the
   * convolution, which would read the gradient again.
   */
  private final class Completion {
    private final Buffer buffer;
    private final int tasks;
    private final List<GradientRowsListener> listeners = new ArrayList<>();
    private final List<Step> ends = new ArrayList<>();
    private int sums;

    Completion(Buffer buffer, int tasks) {
      this.buffer = buffer;
      this.tasks = tasks;
    }

    /** Reserves sums; returns the index of the first one. */
    int reserve(int count) {
      int at = sums;
      sums += count;
      // Each listener has a range of the sums and states its shape.
      buffers.need(Workspace.Need.sums(sums, 0));
      return at;
    }

    void run(CompletingStep step, boolean accumulate) {
      Arrays.fill(space.sums(), 0, sums, 0.0);
      step.run(accumulate, rows -> listeners.forEach(listener -> listener.completed(rows)));
      ends.forEach(end -> end.run(accumulate));
    }
  }

  /** A convolution's step that completes the gradient of its input. */
  @FunctionalInterface
  private interface CompletingStep {
    void run(boolean accumulate, GradientRowsListener listener);
  }

  private final CpuTrainingModel model;
  private final Workspace space;
  private final TrainingLayout layout;
  private final ForwardCompiler forward;
  private final BufferPlan buffers;
  private final List<NamedStep> steps = new ArrayList<>();
  private final Map<Node, PixelSource> gradients = new HashMap<>();
  private Optional<Completion> lastCompletion = Optional.empty();

  BackwardCompiler(
      CpuTrainingModel model, TrainingLayout layout, ForwardCompiler forward, BufferPlan buffers) {
    this.model = model;
    this.space = model.space();
    this.layout = layout;
    this.forward = forward;
    this.buffers = buffers;
  }

  /**
   * Makes all steps.
   *
   * @param outputGradients the buffers that receive the gradients of the outputs before the pass
   */
  void compile(Map<Node, Buffer> outputGradients) {
    outputGradients.forEach((node, buffer) ->
        gradients.put(node, new PixelSource.Plain(buffer, layout.site(node).channels())));
    for (Site site : layout.sites().reversed()) {
      if (site.needsGradient() && gradients.containsKey(site.node())) {
        compile(site, gradients.get(site.node()));
      }
    }
  }

  List<NamedStep> steps() {
    return steps;
  }

  /** The buffer of the gradient of a node's output, if a step computes the gradient. */
  Optional<Buffer> gradientBuffer(Site site) {
    return Optional.ofNullable(gradients.get(site.node())).map(BackwardCompiler::buffer);
  }

  private static Buffer buffer(PixelSource source) {
    return ((PixelSource.Plain) source).buffer();
  }

  private void add(Site site, Step step) {
    steps.add(new NamedStep(site.node().name() + " gradient", step));
    buffers.nextStep();
    lastCompletion = Optional.empty();
  }

  private void addCompleting(Site site, MapTarget target, CompletingStep step) {
    int tasks = forward.convolution(site).tasks().gradient();
    Completion completion = new Completion(target.buffer(), tasks);
    add(site, accumulate -> completion.run(step, accumulate));
    lastCompletion = Optional.of(completion).filter(c -> tasks > 0);
  }

  /** The completion of a gradient, if the last step is a convolution that completes it. */
  private Optional<Completion> completing(Buffer gradient) {
    return lastCompletion.filter(completion -> completion.buffer.equals(gradient));
  }

  private void compile(Site site, PixelSource gradient) {
    switch (site.op()) {
      case Op.Input _ -> {}
      case Op.Conv2d _, Op.Linear _ -> compileConvolution(site, gradient);
      case Op.BatchNorm _ -> compileBatchNorm(site, gradient);
      case Op.Relu _ -> compileRelu(site, gradient);
      case Op.Add _ -> compileAdd(site, gradient);
      case Op.Concat _,
          Op.Subsample _,
          Op.UpsampleNearest _,
          Op.MaxPool _,
          Op.GlobalAveragePool _,
          Op.Pointwise _,
          SeparableFilter _,
          AttentionOp _ ->
          forward.operation(site).contributions().forEach(c -> compile(site, gradient, c));
    }
  }

  private void compile(Site site, PixelSource gradient, Contribution contribution) {
    switch (contribution) {
      case ToInput to -> {
        Site input = layout.input(site, to.input());
        if (!input.needsGradient()) {
          return;
        }
        MapTarget target = target(input);
        add(site, accumulate -> to.step().run(gradient, target, space));
        buffers.use(target.buffer());
      }
      case ToParameter to ->
          add(
              site,
              accumulate ->
                  to.step().run(gradient, new WeightTarget(to.parameter(), accumulate), space));
    }
    buffers.need(contribution.need());
    buffers.use(gradient);
    buffers.use(contribution.reads());
  }

  /** The target of a contribution to the gradient of a node's output. */
  private MapTarget target(Site site) {
    Optional<Buffer> present = gradientBuffer(site);
    if (present.isPresent()) {
      return new MapTarget(present.orElseThrow(), true);
    }
    Buffer fresh = buffers.buffer(site.shape().elements());
    gradients.put(site.node(), new PixelSource.Plain(fresh, site.channels()));
    return new MapTarget(fresh, false);
  }

  /** Adds a step that copies a gradient to the gradient of an input. */
  private void contributeWhole(Site to, PixelSource gradient) {
    MapTarget target = target(to);
    int channels = to.channels();
    // A worker holds one pixel of the gradient, [channels].
    buffers.need(Workspace.Need.own(channels));
    add(
        to,
        accumulate ->
            target.readEach(
                to.shape(), space, (pixel, row, at) -> gradient.read(pixel, 0, channels, row, at)));
    buffers.use(gradient);
    buffers.use(target.buffer());
  }

  private void compileConvolution(Site site, PixelSource gradient) {
    Site from = layout.input(site, 0);
    PixelSource source = forward.output(from);
    TrainableConvolution convolution = forward.convolution(site);
    Span weight = model.parameter(site.node(), "weight");
    Optional<Span> weightGradient = model.gradient(site.node(), "weight");
    model
        .gradient(site.node(), "bias")
        .ifPresent(biasGradient -> {
          // The sums are [channels]; a worker holds one pixel of the gradient, [channels].
          buffers.need(Workspace.Need.sums(site.channels(), site.channels()));
          add(
              site,
              accumulate ->
                  sumRows(gradient, site.pixels(), new WeightTarget(biasGradient, accumulate)));
          buffers.use(gradient);
        });
    if (weightGradient.isPresent() && from.needsGradient()) {
      Span into = weightGradient.orElseThrow();
      MapTarget target = target(from);
      addCompleting(
          site,
          target,
          (accumulate, listener) ->
              convolution.backward(
                  source,
                  new WeightTarget(into, accumulate),
                  new DataGradient(gradient, target, weight, listener),
                  space));
      buffers.use(source, gradient);
      buffers.use(target.buffer());
    } else if (weightGradient.isPresent()) {
      Span into = weightGradient.orElseThrow();
      add(
          site,
          accumulate ->
              convolution.backwardWeights(
                  source, gradient, new WeightTarget(into, accumulate), space));
      buffers.use(source, gradient);
    } else if (from.needsGradient()) {
      MapTarget target = target(from);
      addCompleting(
          site,
          target,
          (accumulate, listener) ->
              convolution.backwardData(
                  new DataGradient(gradient, target, weight, listener), space));
      buffers.use(gradient);
      buffers.use(target.buffer());
    }
  }

  /** Sums a gradient over all pixels. The sum is the gradient of a bias. */
  private void sumRows(PixelSource gradient, int pixels, WeightTarget target) {
    int channels = gradient.channels();
    double[] sums = space.sums();
    Arrays.fill(sums, 0, channels, 0.0);
    Partition columns = Partition.of(channels, BIAS_COLUMNS, BIAS_TASKS);
    Span result = target.span();
    space.run(
        columns.tasks(),
        (task, own) -> {
          int from = columns.start(task);
          int count = columns.start(task + 1) - from;
          for (int pixel = 0; pixel < pixels; pixel++) {
            gradient.read(pixel, from, count, own, 0);
            for (int c = 0; c < count; c++) {
              sums[from + c] += own[c];
            }
          }
          for (int c = from; c < from + count; c++) {
            result.set(c, (float) (target.accumulate() ? result.get(c) + sums[c] : sums[c]));
          }
        });
  }

  private void compileBatchNorm(Site site, PixelSource gradient) {
    Site from = layout.input(site, 0);
    BatchNormState norm = forward.norm(site);
    Buffer x = buffer(forward.output(from));
    Buffer g = buffer(gradient);
    if (norm.needsNoSums()) {
      add(site, accumulate -> norm.useFixed());
    } else if (completing(g).isPresent()) {
      Completion completion = completing(g).orElseThrow();
      int sumsAt = completion.reserve(norm.gradientSums(completion.tasks));
      completion.listeners.add(rows -> norm.sumGradient(g, x, rows, space.sums(), sumsAt));
      completion.ends.add(
          accumulate -> norm.useGradient(space.sums(), sumsAt, completion.tasks, accumulate));
    } else {
      add(site, accumulate -> norm.backward(g, x, accumulate, space));
    }
    buffers.use(gradient, forward.output(from));
    if (!from.needsGradient()) {
      return;
    }
    PixelSource behind = new PixelSource.NormGradient(g, x, norm.coefficients(), site.joined());
    if (readsLazily(from)) {
      gradients.put(from.node(), behind);
    } else {
      contributeWhole(from, behind);
    }
  }

  /**
   * Whether the reader of a node's gradient may compute it: the node is a convolution with one
   * reader.
   */
  private boolean readsLazily(Site site) {
    return (site.op() instanceof Op.Conv2d || site.op() instanceof Op.Linear)
        && layout.hasSoleConsumer(site);
  }

  private void compileRelu(Site site, PixelSource gradient) {
    Site from = layout.input(site, 0);
    if (site.joined()) {
      gradients.put(from.node(), gradient);
      return;
    }
    Buffer g = buffer(gradient);
    Buffer output = buffer(forward.output(site));
    int width = site.channels();
    completing(g)
        .ifPresentOrElse(
            completion ->
                completion.listeners.add(rows -> {
                  for (int row = rows.first(); row < rows.first() + rows.count(); row++) {
                    int at = row * width + rows.channel();
                    ChannelPasses.reluGradient(g.data(), output.data(), at, rows.channels());
                  }
                }),
            () ->
                add(
                    site,
                    accumulate ->
                        space.eachBlock(
                            site.shape(),
                            (row, rows, own) -> {
                              for (int pixel = row; pixel < row + rows; pixel++) {
                                int at = pixel * width;
                                ChannelPasses.reluGradient(g.data(), output.data(), at, width);
                              }
                            })));
    buffers.use(gradient, forward.output(site));
    if (layout.hasSoleConsumer(from)) {
      gradients.put(from.node(), gradient);
    } else {
      contributeWhole(from, gradient);
    }
  }

  /**
   * All terms of an addition have the gradient of the addition. A batch norm after a convolution
   * only reads it, so these terms share one buffer. One other term may reuse the buffer after their
   * last read.
   */
  private void compileAdd(Site site, PixelSource gradient) {
    List<Site> terms = layout.inputs(site).stream().filter(Site::needsGradient).toList();
    List<Site> readers = terms.stream().filter(this::onlyReadsGradient).toList();
    int lastRead =
        readers.stream()
            .mapToInt(r -> layout.input(normOf(r), 0).node().index())
            .min()
            .orElse(site.node().index());
    readers.forEach(r -> gradients.put(r.node(), gradient));
    List<Site> others = terms.stream().filter(t -> !readers.contains(t)).toList();
    Optional<Site> heir = others.stream().filter(t -> mayInherit(t, site, lastRead)).findFirst();
    for (Site other : others) {
      if (!heir.filter(h -> h.equals(other)).isPresent()) {
        contributeWhole(other, gradient);
      }
    }
    heir.ifPresent(h -> gradients.put(h.node(), gradient));
  }

  /** Whether a term may reuse the buffer of its addition's gradient. */
  private boolean mayInherit(Site term, Site addition, int lastRead) {
    List<Integer> consumers = layout.consumers(term);
    return !gradients.containsKey(term.node())
        && term.node().index() < lastRead
        && consumers.stream().allMatch(c -> c == addition.node().index() || c < lastRead)
        && consumers.stream().distinct().count() == consumers.size();
  }

  private Site normOf(Site site) {
    return site.isNorm() ? site : layout.input(site, 0);
  }

  /**
   * Whether a term is a batch norm after a convolution, with or without a ReLU, and the addition is
   * its only reader.
   */
  private boolean onlyReadsGradient(Site site) {
    if (!layout.hasSoleConsumer(site)) {
      return false;
    }
    Site norm = site.isRelu() && site.joined() ? layout.input(site, 0) : site;
    return norm.isNorm() && readsLazily(layout.input(norm, 0));
  }
}
