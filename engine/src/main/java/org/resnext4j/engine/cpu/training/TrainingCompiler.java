package org.resnext4j.engine.cpu.training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.resnext4j.engine.TrainingOptions;
import org.resnext4j.engine.cpu.kernel.ChannelPasses;
import org.resnext4j.engine.cpu.kernel.Kernels;
import org.resnext4j.engine.cpu.parallel.Partition;
import org.resnext4j.engine.cpu.parallel.WorkerPool;
import org.resnext4j.engine.cpu.training.CpuTrainingPlan.Step;
import org.resnext4j.engine.graph.Graph;
import org.resnext4j.engine.graph.Node;
import org.resnext4j.engine.graph.Op;
import org.resnext4j.engine.graph.Shape;
import org.resnext4j.engine.tensor.Tensor;

/**
 * Turns a graph into the steps of a {@link CpuTrainingPlan}.
 *
 * <p>Stored are the outputs of convolutions, of additions (behind their ReLU) and of pooling. A
 * batch norm, and a ReLU behind it, is computed by whoever reads it ({@link PixelSource.Affine}),
 * and so is its gradient ({@link PixelSource.NormGradient}): arithmetic that hides behind the
 * matrix products instead of passes over memory.
 */
final class TrainingCompiler {

  private static final int BLOCK_ROWS = 32;
  private static final int TASKS = 96;

  /** The finished steps and where data enters and leaves. */
  record Program(
      List<NamedStep> forward,
      List<NamedStep> backward,
      Buffer input,
      PixelSource output,
      Buffer outputGradient,
      Optional<Buffer> inputGradient,
      long bytes) {}

  /** A step and what it belongs to, for whoever looks where the time goes. */
  record NamedStep(String name, Step step) {}

  /** What is known of a node while steps are made. */
  private static final class Place {
    private final Node node;
    private final Shape shape;
    private boolean needsGradient;
    private Optional<PixelSource> output = Optional.empty();
    private Optional<PixelSource> gradient = Optional.empty();
    private Optional<BatchNormState> norm = Optional.empty();
    private Optional<TrainableConvolution> convolution = Optional.empty();
    private int[] winner = new int[0];

    /** For each place in a pixel of the output the channel that lies there. */
    private int[] order;

    /** A ReLU that is computed with this batch norm, or a batch norm with such a ReLU behind. */
    private boolean joined;

    Place(Node node, Shape shape) {
      this.node = node;
      this.shape = shape;
      this.order = IntStream.range(0, shape.channels()).toArray();
    }

    PixelSource output() {
      return output.orElseThrow();
    }

    int pixels() {
      return shape.batch() * shape.height() * shape.width();
    }
  }

  /**
   * What else is done with the gradient that a convolution completes, in its step: the steps behind
   * it that would read that gradient once more, as long as there is no other step between.
   */
  private final class Completion {
    private final Buffer buffer;
    private final int tasks;
    private final List<GradientRowsListener> uses = new ArrayList<>();
    private final List<Step> ends = new ArrayList<>();
    private int sums;

    Completion(Buffer buffer, int tasks) {
      this.buffer = buffer;
      this.tasks = tasks;
    }

    void run(CompletingStep step, boolean accumulate) {
      Arrays.fill(scratch.sums(), 0, sums, 0.0);
      GradientRowsListener all =
          (task, own, freeAt, first, rows, channel, channels) ->
              uses.forEach(use -> use.run(task, own, freeAt, first, rows, channel, channels));
      step.run(accumulate, all);
      ends.forEach(end -> end.run(accumulate));
    }
  }

  /** A convolution's step that completes the gradient of its input. */
  @FunctionalInterface
  private interface CompletingStep {
    void run(boolean accumulate, GradientRowsListener use);
  }

  /** Where a step writes a gradient, and whether others have written before. */
  private record Target(Buffer buffer, boolean accumulate) {}

  private final Graph graph;
  private final Map<String, Tensor> parameters;
  private final Map<String, Tensor> running;
  private final Map<String, Tensor> gradients;
  private final TrainingOptions options;
  private final WorkerPool pool;
  private final List<Place> places = new ArrayList<>();
  private final List<NamedStep> forward = new ArrayList<>();
  private final List<NamedStep> backward = new ArrayList<>();
  private final List<Buffer> buffers = new ArrayList<>();
  private final Set<Place> lanes = new HashSet<>();
  private final TrainingScratch scratch = new TrainingScratch();
  private final boolean pairs = Kernels.best().pairs();
  private Optional<Completion> lastCompletion = Optional.empty();

  TrainingCompiler(
      Graph graph,
      List<Shape> shapes,
      Map<String, Tensor> parameters,
      Map<String, Tensor> running,
      Map<String, Tensor> gradients,
      TrainingOptions options,
      WorkerPool pool) {
    this.graph = graph;
    this.parameters = parameters;
    this.running = running;
    this.gradients = gradients;
    this.options = options;
    this.pool = pool;
    for (Node node : graph.nodes()) {
      Place place = new Place(node, shapes.get(node.index()));
      place.needsGradient =
          (node.op() instanceof Op.Input && options.inputGradient())
              || node.op().parameters().stream()
                  .anyMatch(p -> gradients.containsKey(node.parameterName(p)))
              || node.inputs().stream().anyMatch(i -> places.get(i).needsGradient);
      places.add(place);
    }
  }

  Program compile() {
    for (Place place : places) {
      if (place.node.op() instanceof Op.Conv2d op
          && LaneConvolution.suits(op)
          && !WinogradConvolution.suits(op, place.shape)) {
        orderByLanes(place, op);
      }
    }
    for (Place place : places) {
      compileForward(place);
    }
    Place first = places.getFirst();
    Place last = places.getLast();
    Buffer input = ((PixelSource.Plain) first.output()).buffer();
    input.usedAt(0);
    use(last.output());
    Buffer outputGradient = buffer(last.shape.elements());
    use(new PixelSource.Plain(outputGradient, last.shape.channels()));
    last.gradient = Optional.of(new PixelSource.Plain(outputGradient, last.shape.channels()));
    for (Place place : places.reversed()) {
      if (place.needsGradient && place.gradient.isPresent()) {
        compileBackward(place);
      }
    }
    Optional<Buffer> inputGradient =
        options.inputGradient()
            ? first.gradient.map(g -> g.buffers().getFirst())
            : Optional.empty();
    inputGradient.ifPresent(g -> g.usedAt(forward.size() + backward.size()));
    long bytes = allocate();
    return new Program(
        List.copyOf(forward),
        List.copyOf(backward),
        input,
        last.output(),
        outputGradient,
        inputGradient,
        bytes);
  }

  // ---------------------------------------------------------------------------------------------
  // Memory

  private Buffer buffer(long size) {
    Buffer buffer = new Buffer(size);
    buffers.add(buffer);
    return buffer;
  }

  private void use(PixelSource... sources) {
    int step = Math.max(0, forward.size() + backward.size() - 1);
    for (PixelSource source : sources) {
      source.buffers().forEach(b -> b.usedAt(step));
    }
  }

  private void use(Buffer buffer) {
    buffer.usedAt(forward.size() + backward.size() - 1);
  }

  /** Deals out arrays, the largest first, each to buffers whose times do not overlap. */
  private long allocate() {
    scratch.allocate(pool.threads());
    record Slot(int size, List<Buffer> members) {}
    List<Slot> slots = new ArrayList<>();
    List<Buffer> sorted =
        buffers.stream()
            .filter(b -> b.lastStep() >= 0)
            .sorted(Comparator.comparingInt(Buffer::size).reversed())
            .toList();
    for (Buffer buffer : sorted) {
      Slot slot =
          slots.reversed().stream()
              .filter(s ->
                  s.members().stream()
                      .allMatch(b ->
                          b.lastStep() < buffer.firstStep() || b.firstStep() > buffer.lastStep()))
              .findFirst()
              .orElseGet(() -> {
                Slot fresh = new Slot(buffer.size(), new ArrayList<>());
                slots.add(fresh);
                return fresh;
              });
      slot.members().add(buffer);
    }
    long bytes = scratch.bytes();
    for (Slot slot : slots) {
      float[] array = new float[slot.size()];
      slot.members().forEach(b -> b.give(array));
      bytes += 4L * slot.size();
    }
    return bytes;
  }

  // ---------------------------------------------------------------------------------------------
  // Forward

  private void addForward(Place place, Step step) {
    forward.add(new NamedStep(place.node.name(), step));
  }

  private void addBackward(Place place, Step step) {
    backward.add(new NamedStep(place.node.name() + " gradient", step));
    lastCompletion = Optional.empty();
  }

  private void addCompleting(Place place, Target target, CompletingStep step) {
    int tasks = place.convolution.orElseThrow().gradientTasks();
    Completion completion = new Completion(target.buffer(), tasks);
    addBackward(place, accumulate -> completion.run(step, accumulate));
    lastCompletion = Optional.of(completion).filter(c -> tasks > 0);
  }

  private Place input(Place place, int index) {
    return places.get(place.node.inputs().get(index));
  }

  private Optional<Place> soleConsumer(Place place) {
    List<Integer> consumers = graph.consumers(place.node);
    return consumers.size() == 1 ? Optional.of(places.get(consumers.getFirst())) : Optional.empty();
  }

  private static boolean isRelu(Place place) {
    return place.node.op() instanceof Op.Relu;
  }

  private boolean feedsBatchNorm(Place place) {
    return graph.consumers(place.node).stream()
        .anyMatch(c -> graph.node(c).op() instanceof Op.BatchNorm);
  }

  private float[] parameter(Place place, String name) {
    return parameters.get(place.node.parameterName(name)).values();
  }

  /** The array for a parameter's gradient, empty if it gets none. */
  private float[] gradient(Place place, String name) {
    Tensor gradient = gradients.get(place.node.parameterName(name));
    return gradient == null ? new float[0] : gradient.values();
  }

  private Buffer store(Place place) {
    Buffer buffer = buffer(place.shape.elements());
    place.output = Optional.of(new PixelSource.Plain(buffer, place.shape.channels()));
    return buffer;
  }

  private void compileForward(Place place) {
    switch (place.node.op()) {
      case Op.Input op -> store(place);
      case Op.Conv2d op -> compileConvolution(place, op);
      case Op.Linear op -> compileConvolution(place, op.asConvolution());
      case Op.BatchNorm op -> compileBatchNorm(place, op);
      case Op.Relu op -> compileRelu(place);
      case Op.Add op -> compileAdd(place);
      case Op.Concat op -> {
        Buffer result = store(place);
        int channel = 0;
        for (int i : place.node.inputs()) {
          Place from = places.get(i);
          int at = channel;
          addForward(
              place,
              accumulate ->
                  eachBlock(
                      place.pixels(),
                      (row, rows, own) ->
                          from.output()
                              .readRows(
                                  row,
                                  rows,
                                  0,
                                  from.shape.channels(),
                                  result.data(),
                                  row * place.shape.channels() + at,
                                  place.shape.channels())));
          use(from.output(), place.output());
          channel += from.shape.channels();
        }
      }
      case Op.Subsample op -> compileSubsample(place, op);
      case Op.UpsampleNearest _ -> compileUpsampling(place);
      case Op.MaxPool op -> {
        Place from = input(place, 0);
        Buffer result = store(place);
        place.winner = new int[Math.toIntExact(place.shape.elements())];
        scratch.need(0, 0, 0, place.shape.channels());
        addForward(
            place,
            accumulate ->
                PoolingSteps.maxPool(
                    op,
                    from.shape,
                    place.shape,
                    from.output(),
                    result,
                    place.winner,
                    scratch,
                    pool));
        use(from.output(), place.output());
      }
      case Op.GlobalAveragePool op -> {
        Place from = input(place, 0);
        Buffer result = store(place);
        scratch.need(0, 0, 0, place.shape.channels());
        addForward(
            place,
            accumulate ->
                PoolingSteps.averagePool(from.shape, from.output(), result, scratch, pool));
        use(from.output(), place.output());
      }
    }
  }

  /**
   * Decides whether a grouped convolution is done with lanes across cardinality: the maps it reads
   * and writes must reach dense convolutions through batch norms and ReLUs alone, for those to take
   * up the order of channels.
   */
  private void orderByLanes(Place place, Op.Conv2d op) {
    List<Place> before = new ArrayList<>();
    Place source = input(place, 0);
    while (isNormOrRelu(source) && soleConsumer(source).isPresent()) {
      before.add(source);
      source = input(source, 0);
    }
    before.add(source);
    List<Place> after = new ArrayList<>();
    Place end = place;
    after.add(end);
    while (soleConsumer(end).filter(TrainingCompiler::isNormOrRelu).isPresent()) {
      end = soleConsumer(end).orElseThrow();
      after.add(end);
    }
    List<Integer> readers = graph.consumers(end.node);
    boolean readersReorder =
        !readers.isEmpty() && readers.stream().allMatch(i -> isDense(places.get(i)));
    if (isDense(source) && soleConsumer(source).isPresent() && readersReorder) {
      lanes.add(place);
      before.forEach(p -> p.order = LaneConvolution.order(op.inputChannels(), op.groups()));
      after.forEach(p -> p.order = LaneConvolution.order(op.outputChannels(), op.groups()));
    }
  }

  private static boolean isNormOrRelu(Place place) {
    return place.node.op() instanceof Op.BatchNorm || isRelu(place);
  }

  /** Whether the channels of a place lie in their own order. */
  private static boolean isPlain(Place place) {
    return IntStream.range(0, place.order.length).allMatch(i -> place.order[i] == i);
  }

  private static boolean isDense(Place place) {
    return place.node.op() instanceof Op.Conv2d op && op.groups() == 1 && !op.bias();
  }

  private void compileConvolution(Place place, Op.Conv2d op) {
    Place from = input(place, 0);
    TrainableConvolution convolution;
    if (lanes.contains(place)) {
      convolution = new LaneConvolution(op, from.shape, place.shape);
    } else if (WinogradConvolution.suits(op, place.shape) && isPlain(from) && isPlain(place)) {
      convolution = new WinogradConvolution(op, place.shape);
    } else {
      convolution =
          new MatrixConvolution(op, from.shape, place.shape, from.order, place.order, pairs);
    }
    convolution.plan(scratch);
    place.convolution = Optional.of(convolution);
    Buffer result = store(place);
    float[] weight = parameter(place, "weight");
    float[] bias = op.bias() ? parameter(place, "bias") : new float[0];
    boolean moments = feedsBatchNorm(place);
    addForward(
        place,
        accumulate ->
            convolution.forward(from.output(), result, weight, bias, moments, scratch, pool));
    use(from.output(), place.output());
  }

  private void compileBatchNorm(Place place, Op.BatchNorm op) {
    Place from = input(place, 0);
    boolean frozen = gradient(place, "weight").length == 0 && gradient(place, "bias").length == 0;
    boolean evaluation = frozen && options.frozenBatchNormUsesRunningStatistics();
    if (!evaluation && place.pixels() < 2) {
      throw new IllegalArgumentException(
          "'%s' sees one value a channel, which has no variance to train with; use a larger batch or"
                  .formatted(place.node.name())
              + " larger pictures");
    }
    BatchNormState norm =
        new BatchNormState(
            place.pixels(),
            place.order,
            op.epsilon(),
            options.batchNormMomentum(),
            evaluation,
            parameter(place, "weight"),
            parameter(place, "bias"),
            running.get(place.node.parameterName("running_mean")).values(),
            running.get(place.node.parameterName("running_var")).values());
    norm.plan(scratch);
    place.norm = Optional.of(norm);
    Buffer x = ((PixelSource.Plain) from.output()).buffer();
    // The sums of a convolution lie in the scratch only until the next step that makes sums.
    boolean summed = from.convolution.isPresent() && from.node.index() == place.node.index() - 1;
    if (evaluation) {
      addForward(place, accumulate -> norm.useRunning());
    } else if (summed) {
      int tasks = from.convolution.orElseThrow().forwardTasks();
      addForward(place, accumulate -> norm.useBatch(scratch.sums(), tasks));
    } else {
      addForward(
          place, accumulate -> norm.useBatch(scratch.sums(), norm.sumMoments(x, scratch, pool)));
    }
    use(from.output());
    place.joined = soleConsumer(place).filter(TrainingCompiler::isRelu).isPresent();
    PixelSource read = new PixelSource.Affine(x, norm.scale(), norm.shift(), false);
    if (feedsBatchNorm(place)) {
      materialise(place, read);
    } else {
      place.output = Optional.of(read);
    }
  }

  private void compileRelu(Place place) {
    Place from = input(place, 0);
    if (from.joined && from.norm.isPresent()) {
      BatchNormState norm = from.norm.orElseThrow();
      PixelSource.Affine of = (PixelSource.Affine) from.output();
      place.joined = true;
      PixelSource read = new PixelSource.Affine(of.buffer(), norm.scale(), norm.shift(), true);
      if (feedsBatchNorm(place)) {
        materialise(place, read);
      } else {
        place.output = Optional.of(read);
      }
    } else if (from.joined) {
      // The addition before has written this node's output.
      place.output = from.output;
    } else {
      Buffer result = store(place);
      addForward(
          place,
          accumulate ->
              eachBlock(
                  place.pixels(),
                  (row, rows, own) -> {
                    int channels = place.shape.channels();
                    from.output()
                        .readRows(row, rows, 0, channels, result.data(), row * channels, channels);
                    ChannelPasses.relu(result.data(), row * channels, rows * channels);
                  }));
      use(from.output(), place.output());
    }
  }

  /** Stores what would otherwise be computed by its readers. */
  private void materialise(Place place, PixelSource read) {
    Buffer result = store(place);
    addForward(
        place,
        accumulate ->
            eachBlock(
                place.pixels(),
                (row, rows, own) -> {
                  int channels = place.shape.channels();
                  read.readRows(row, rows, 0, channels, result.data(), row * channels, channels);
                }));
    use(read, place.output());
  }

  private void compileAdd(Place place) {
    place.joined = soleConsumer(place).filter(TrainingCompiler::isRelu).isPresent();
    Buffer result = store(place);
    List<PixelSource> terms =
        place.node.inputs().stream().map(i -> places.get(i).output()).toList();
    int channels = place.shape.channels();
    scratch.need(0, 0, 0, (long) BLOCK_ROWS * channels);
    addForward(
        place,
        accumulate ->
            eachBlock(
                place.pixels(),
                (row, rows, own) -> {
                  float[] to = result.data();
                  int at = row * channels;
                  terms.getFirst().readRows(row, rows, 0, channels, to, at, channels);
                  for (PixelSource term : terms.subList(1, terms.size())) {
                    addRows(term, row, rows, own, to, at);
                  }
                  if (place.joined) {
                    ChannelPasses.relu(to, at, rows * channels);
                  }
                }));
    use(terms.toArray(PixelSource[]::new));
    use(result);
  }

  private static void addRows(
      PixelSource term, int row, int rows, float[] own, float[] to, int at) {
    int channels = term.channels();
    term.readRows(row, rows, 0, channels, own, 0, channels);
    ChannelPasses.add(own, 0, rows * channels, to, at);
  }

  private void compileSubsample(Place place, Op.Subsample op) {
    Place from = input(place, 0);
    Buffer result = store(place);
    int channels = place.shape.channels();
    addForward(
        place,
        accumulate ->
            eachBlock(
                place.pixels(),
                (row, rows, own) -> {
                  float[] to = result.data();
                  Arrays.fill(to, row * channels, (row + rows) * channels, 0f);
                  for (int pixel = row; pixel < row + rows; pixel++) {
                    from.output()
                        .read(
                            subsampled(pixel, op, from.shape, place.shape),
                            0,
                            from.shape.channels(),
                            to,
                            pixel * channels + op.channelsBefore());
                  }
                }));
    use(from.output(), place.output());
  }

  /** The pixel that a pixel of a subsampled map is taken from. */
  private static int subsampled(int pixel, Op.Subsample op, Shape in, Shape out) {
    int picture = pixel / (out.height() * out.width());
    int y = pixel / out.width() % out.height() * op.stride();
    int x = pixel % out.width() * op.stride();
    return (picture * in.height() + y) * in.width() + x;
  }

  private void compileUpsampling(Place place) {
    Place from = input(place, 0);
    Buffer result = store(place);
    int channels = place.shape.channels();
    addForward(
        place,
        accumulate ->
            eachBlock(
                place.pixels(),
                (row, rows, own) -> {
                  for (int pixel = row; pixel < row + rows; pixel++) {
                    int source = repeated(pixel, from.shape, place.shape);
                    from.output().read(source, 0, channels, result.data(), pixel * channels);
                  }
                }));
    use(from.output(), place.output());
  }

  /** The pixel that a pixel of an upsampled map repeats. */
  private static int repeated(int pixel, Shape in, Shape out) {
    int picture = pixel / (out.height() * out.width());
    int y = pixel / out.width() % out.height();
    int fromY = Op.UpsampleNearest.source(y, in.height(), out.height());
    int fromX = Op.UpsampleNearest.source(pixel % out.width(), in.width(), out.width());
    return (picture * in.height() + fromY) * in.width() + fromX;
  }

  /** The first of the places of an upsampled side that repeat a place of the input's. */
  private static int firstRepetition(int place, int inputSize, int outputSize) {
    return Math.toIntExact(Math.ceilDiv((long) place * outputSize, inputSize));
  }

  /** Adds up the gradients of all pixels that repeat a pixel, in their order. */
  private void compileUpsamplingGradient(Place place, PixelSource gradient) {
    Place to = input(place, 0);
    Target target = target(to);
    int channels = to.shape.channels();
    Shape in = to.shape;
    Shape out = place.shape;
    scratch.need(0, 0, 0, channels);
    addBackward(
        place,
        accumulate ->
            eachBlock(
                to.pixels(),
                (row, rows, own) -> {
                  float[] result = target.buffer().data();
                  for (int pixel = row; pixel < row + rows; pixel++) {
                    int at = pixel * channels;
                    if (!target.accumulate()) {
                      Arrays.fill(result, at, at + channels, 0f);
                    }
                    int picture = pixel / (in.height() * in.width());
                    int y = pixel / in.width() % in.height();
                    int x = pixel % in.width();
                    int endY = firstRepetition(y + 1, in.height(), out.height());
                    int endX = firstRepetition(x + 1, in.width(), out.width());
                    for (int v = firstRepetition(y, in.height(), out.height()); v < endY; v++) {
                      for (int u = firstRepetition(x, in.width(), out.width()); u < endX; u++) {
                        int repetition = (picture * out.height() + v) * out.width() + u;
                        gradient.read(repetition, 0, channels, own, 0);
                        ChannelPasses.add(own, 0, channels, result, at);
                      }
                    }
                  }
                }));
    use(gradient);
    use(target.buffer());
  }

  /** Work on a few rows with a worker's scratch. */
  @FunctionalInterface
  private interface BlockWork {
    void run(int row, int rows, float[] own);
  }

  private void eachBlock(int pixels, BlockWork work) {
    Partition partition = Partition.of(pixels, BLOCK_ROWS, TASKS);
    pool.run(
        partition.tasks(),
        (task, worker) -> {
          int end = partition.start(task + 1);
          for (int row = partition.start(task); row < end; row += BLOCK_ROWS) {
            work.run(row, Math.min(BLOCK_ROWS, end - row), scratch.worker(worker));
          }
        });
  }

  // ---------------------------------------------------------------------------------------------
  // Backward

  private void compileBackward(Place place) {
    PixelSource gradient = place.gradient.orElseThrow();
    switch (place.node.op()) {
      case Op.Input op -> {}
      case Op.Conv2d op -> compileConvolutionGradient(place, gradient, op.bias());
      case Op.Linear op -> compileConvolutionGradient(place, gradient, true);
      case Op.BatchNorm op -> compileBatchNormGradient(place, gradient);
      case Op.Relu op -> compileReluGradient(place, gradient);
      case Op.Add op -> compileAddGradient(place, gradient);
      case Op.Concat op -> {
        int channel = 0;
        for (int i : place.node.inputs()) {
          Place to = places.get(i);
          if (to.needsGradient) {
            int at = channel;
            contribute(
                to,
                gradient,
                (pixel, own, offset) -> gradient.read(pixel, at, to.shape.channels(), own, offset));
          }
          channel += to.shape.channels();
        }
      }
      case Op.Subsample op -> {
        Place to = input(place, 0);
        contribute(
            to,
            gradient,
            (pixel, own, offset) -> {
              int y = pixel / to.shape.width() % to.shape.height();
              int x = pixel % to.shape.width();
              if (y % op.stride() == 0 && x % op.stride() == 0) {
                int picture = pixel / (to.shape.height() * to.shape.width());
                int from =
                    (picture * place.shape.height() + y / op.stride()) * place.shape.width()
                        + x / op.stride();
                gradient.read(from, op.channelsBefore(), to.shape.channels(), own, offset);
              } else {
                Arrays.fill(own, offset, offset + to.shape.channels(), 0f);
              }
            });
      }
      case Op.UpsampleNearest _ -> compileUpsamplingGradient(place, gradient);
      case Op.MaxPool op -> {
        Place to = input(place, 0);
        Target target = target(to);
        addBackward(
            place,
            accumulate ->
                PoolingSteps.maxPoolGradient(
                    op,
                    to.shape,
                    place.shape,
                    gradient,
                    target.buffer(),
                    place.winner,
                    target.accumulate(),
                    scratch,
                    pool));
        use(gradient);
        use(target.buffer());
      }
      case Op.GlobalAveragePool op -> {
        Place to = input(place, 0);
        Target target = target(to);
        addBackward(
            place,
            accumulate ->
                PoolingSteps.averagePoolGradient(
                    to.shape, gradient, target.buffer(), target.accumulate(), scratch, pool));
        use(gradient);
        use(target.buffer());
      }
    }
  }

  /** Where to write a contribution to the gradient of a node's output. */
  private Target target(Place place) {
    if (place.gradient.isPresent()) {
      return new Target(plainBuffer(place.gradient.orElseThrow()), true);
    }
    Buffer fresh = buffer(place.shape.elements());
    place.gradient = Optional.of(new PixelSource.Plain(fresh, place.shape.channels()));
    return new Target(fresh, false);
  }

  private static Buffer plainBuffer(PixelSource source) {
    return ((PixelSource.Plain) source).buffer();
  }

  /** One pixel of a contribution to a gradient. */
  @FunctionalInterface
  private interface PixelGradient {
    void read(int pixel, float[] own, int offset);
  }

  private void contribute(Place to, PixelSource gradient, PixelGradient part) {
    Target target = target(to);
    int channels = to.shape.channels();
    scratch.need(0, 0, 0, channels);
    addBackward(
        to,
        accumulate ->
            eachBlock(
                to.pixels(),
                (row, rows, own) -> {
                  float[] result = target.buffer().data();
                  for (int pixel = row; pixel < row + rows; pixel++) {
                    if (target.accumulate()) {
                      part.read(pixel, own, 0);
                      ChannelPasses.add(own, 0, channels, result, pixel * channels);
                    } else {
                      part.read(pixel, result, pixel * channels);
                    }
                  }
                }));
    use(gradient);
    use(target.buffer());
  }

  private void contributeWhole(Place to, PixelSource gradient) {
    int channels = to.shape.channels();
    contribute(
        to, gradient, (pixel, own, offset) -> gradient.read(pixel, 0, channels, own, offset));
  }

  private void compileConvolutionGradient(Place place, PixelSource gradient, boolean hasBias) {
    Place from = input(place, 0);
    TrainableConvolution convolution = place.convolution.orElseThrow();
    float[] weight = parameter(place, "weight");
    float[] weightGradient = gradient(place, "weight");
    float[] biasGradient = hasBias ? gradient(place, "bias") : new float[0];
    if (biasGradient.length > 0) {
      scratch.need(0, 0, place.shape.channels(), place.shape.channels());
      addBackward(place, accumulate -> sumRows(gradient, place.pixels(), biasGradient, accumulate));
      use(gradient);
    }
    boolean trains = weightGradient.length > 0;
    if (trains && from.needsGradient) {
      Target target = target(from);
      addCompleting(
          place,
          target,
          (accumulate, use) ->
              convolution.backward(
                  from.output(),
                  gradient,
                  weight,
                  weightGradient,
                  accumulate,
                  target.buffer(),
                  target.accumulate(),
                  use,
                  scratch,
                  pool));
      use(from.output(), gradient);
      use(target.buffer());
    } else if (trains) {
      addBackward(
          place,
          accumulate ->
              convolution.backwardWeights(
                  from.output(), gradient, weightGradient, accumulate, scratch, pool));
      use(from.output(), gradient);
    } else if (from.needsGradient) {
      Target target = target(from);
      addCompleting(
          place,
          target,
          (accumulate, use) ->
              convolution.backwardData(
                  gradient, target.buffer(), weight, target.accumulate(), use, scratch, pool));
      use(gradient);
      use(target.buffer());
    }
  }

  private void sumRows(PixelSource gradient, int pixels, float[] result, boolean accumulate) {
    int channels = gradient.channels();
    double[] sums = scratch.sums();
    Arrays.fill(sums, 0, channels, 0.0);
    Partition columns = Partition.of(channels, 64, TASKS);
    pool.run(
        columns.tasks(),
        (task, worker) -> {
          float[] own = scratch.worker(worker);
          int from = columns.start(task);
          int count = columns.start(task + 1) - from;
          for (int pixel = 0; pixel < pixels; pixel++) {
            gradient.read(pixel, from, count, own, 0);
            for (int c = 0; c < count; c++) {
              sums[from + c] += own[c];
            }
          }
          for (int c = from; c < from + count; c++) {
            result[c] = (float) (accumulate ? result[c] + sums[c] : sums[c]);
          }
        });
  }

  private void compileBatchNormGradient(Place place, PixelSource gradient) {
    Place from = input(place, 0);
    BatchNormState norm = place.norm.orElseThrow();
    Buffer x = plainBuffer(from.output());
    Buffer g = plainBuffer(gradient);
    float[] weightGradient = gradient(place, "weight");
    float[] biasGradient = gradient(place, "bias");
    if (norm.evaluation()) {
      addBackward(place, accumulate -> norm.coefficientsOfEvaluation());
    } else if (completing(g).isPresent()) {
      Completion completion = completing(g).orElseThrow();
      int sumsAt = completion.sums;
      completion.sums += norm.gradientSums(completion.tasks);
      scratch.need(0, 0, completion.sums, 0);
      completion.uses.add((task, own, freeAt, first, rows, channel, channels) ->
          norm.sumGradient(
              g,
              x,
              place.joined,
              first,
              rows,
              channel,
              channels,
              scratch.sums(),
              sumsAt,
              task,
              own,
              freeAt));
      completion.ends.add(accumulate ->
          norm.useGradient(
              scratch.sums(), sumsAt, completion.tasks, weightGradient, biasGradient, accumulate));
    } else {
      addBackward(
          place,
          accumulate ->
              norm.backward(
                  g, x, place.joined, weightGradient, biasGradient, accumulate, scratch, pool));
    }
    use(gradient, from.output());
    if (!from.needsGradient) {
      return;
    }
    PixelSource behind = new PixelSource.NormGradient(g, x, norm.coefficients(), place.joined);
    if (readsLazily(from)) {
      from.gradient = Optional.of(behind);
    } else {
      contributeWhole(from, behind);
    }
  }

  /** The convolution's step that has just completed a gradient, if the last step is one. */
  private Optional<Completion> completing(Buffer gradient) {
    return lastCompletion.filter(completion -> completion.buffer.equals(gradient));
  }

  /** Whether a node's gradient may be computed by who reads it: a convolution with one reader. */
  private boolean readsLazily(Place place) {
    return place.convolution.isPresent() && soleConsumer(place).isPresent();
  }

  private void compileReluGradient(Place place, PixelSource gradient) {
    Place from = input(place, 0);
    if (place.joined) {
      from.gradient = place.gradient;
      return;
    }
    Buffer g = plainBuffer(gradient);
    Buffer output = plainBuffer(place.output());
    int width = place.shape.channels();
    GradientRowsListener mask =
        (task, own, freeAt, first, rows, channel, channels) -> {
          for (int row = first; row < first + rows; row++) {
            ChannelPasses.reluGradient(g.data(), output.data(), row * width + channel, channels);
          }
        };
    completing(g)
        .ifPresentOrElse(
            completion -> completion.uses.add(mask),
            () ->
                addBackward(
                    place,
                    accumulate ->
                        eachBlock(
                            place.pixels(),
                            (row, rows, own) -> mask.run(0, own, 0, row, rows, 0, width))));
    use(gradient, place.output());
    if (soleConsumer(from).isPresent()) {
      from.gradient = place.gradient;
    } else {
      contributeWhole(from, gradient);
    }
  }

  /**
   * The terms of an addition all have its gradient. Batch norms over a convolution only read it, so
   * they share it; one other term may take its memory over once they have.
   */
  private void compileAddGradient(Place place, PixelSource gradient) {
    List<Place> terms =
        place.node.inputs().stream().map(places::get).filter(p -> p.needsGradient).toList();
    List<Place> readers = terms.stream().filter(this::onlyReadsGradient).toList();
    int lastRead =
        readers.stream()
            .mapToInt(r -> input(normOf(r), 0).node.index())
            .min()
            .orElse(place.node.index());
    readers.forEach(r -> r.gradient = Optional.of(gradient));
    List<Place> others = terms.stream().filter(p -> !readers.contains(p)).toList();
    Optional<Place> heir =
        others.stream()
            .filter(p -> p.gradient.isEmpty())
            .filter(p -> p.node.index() < lastRead)
            .filter(p ->
                graph.consumers(p.node).stream()
                    .allMatch(c -> c == place.node.index() || c < lastRead))
            .filter(p ->
                graph.consumers(p.node).stream().distinct().count()
                    == graph.consumers(p.node).size())
            .findFirst();
    for (Place other : others) {
      if (!heir.filter(h -> h.equals(other)).isPresent()) {
        contributeWhole(other, gradient);
      }
    }
    heir.ifPresent(h -> h.gradient = Optional.of(gradient));
  }

  private Place normOf(Place place) {
    return place.norm.isPresent() ? place : input(place, 0);
  }

  /**
   * Whether a term is a batch norm, perhaps with a ReLU, over a convolution, and this its one use.
   */
  private boolean onlyReadsGradient(Place place) {
    if (soleConsumer(place).isEmpty()) {
      return false;
    }
    Place norm = isRelu(place) && place.joined ? input(place, 0) : place;
    return norm.norm.isPresent() && readsLazily(input(norm, 0)) && norm.output.isPresent();
  }
}
