package org.resnext4j.engine.cpu.inference;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.resnext4j.engine.cpu.inference.Layer.Value;
import org.resnext4j.engine.cpu.inference.Layer.Window;
import org.resnext4j.engine.cpu.kernel.Kernels;
import org.resnext4j.engine.cpu.kernel.MatrixProduct;
import org.resnext4j.engine.cpu.kernel.PairedProduct;
import org.resnext4j.engine.cpu.kernel.PixelSteps;
import org.resnext4j.engine.cpu.kernel.Rows;
import org.resnext4j.engine.cpu.parallel.WorkerPool;
import org.resnext4j.engine.graph.Op;
import org.resnext4j.engine.graph.Shape;

/**
 * Makes the steps of all layers for one input shape: computes the place of every pixel and divides
 * the work into chunks. Only {@link MatrixStep} and {@link WinogradStep} need scratch memory.
 */
final class StepBuilder {

  /** The number of pixels in a chunk of a pass over a map. */
  private static final int ROWS_OF_CHUNK = 64;

  /** The key of a table of offsets. Many layers share one table. */
  private record Places(
      Shape shape, int pixelStep, int halo, int stride, int padding, int height, int width) {}

  private final CpuInferenceModel model;
  private final Kernels kernels;
  private final MemoryPlan memoryPlan;
  private final float[] memory;
  private final int threads;
  private final Map<Places, int[]> tables = new HashMap<>();

  StepBuilder(CpuInferenceModel model, MemoryPlan memoryPlan, float[] memory, int threads) {
    this.threads = threads;
    this.model = model;
    this.kernels = model.kernels();
    this.memoryPlan = memoryPlan;
    this.memory = memory;
  }

  Step build(Layer layer) {
    return switch (layer) {
      case Layer.Enter enter -> new InputStep(memoryPlan.storage(enter.output()), memory);
      case Layer.Matrix matrix -> matrix(matrix);
      case Layer.Lanes lanes -> lanes(lanes);
      case Layer.Winograd winograd -> winograd(winograd);
      case Layer.Maximum maximum -> maximum(maximum);
      case Layer.Mean mean -> mean(mean);
      case Layer.Combine combine -> combine(combine);
      case Layer.Upsample upsample -> upsample(upsample);
      case Layer.Copy copy -> copy(copy);
      case Layer.ScaledSum sum -> scaledSum(sum);
      case Layer.Filter filter ->
          new FilterStep(
              kernels, memory, filter.filter(), storage(filter.input()), storage(filter.output()));
      case Layer.EachPixel each -> eachPixel(each);
    };
  }

  private ActivationPlace storage(Value value) {
    return memoryPlan.storage(value);
  }

  private Rows rows(ActivationPlace storage, int stride, int padding, Shape places) {
    Places key =
        new Places(
            storage.shape().withBatch(places.batch()),
            storage.pixelStep(),
            storage.halo(),
            stride,
            padding,
            places.height(),
            places.width());
    int[] offsets =
        tables.computeIfAbsent(
            key, k -> storage.pixels(stride, padding, places.height(), places.width()));
    return new Rows(memory, offsets, storage.base());
  }

  /** The rows of all pixels of a value. */
  private Rows rows(Value value) {
    ActivationPlace storage = storage(value);
    return rows(storage, 1, 0, storage.shape());
  }

  /** The rows of the upper left pixel of every output pixel's window. */
  private Rows windows(Value input, Window window, Shape output) {
    return rows(storage(input), window.stride(), window.padding(), output);
  }

  /** The offsets of a window's segments, in the order of k. */
  private static int[] segments(ActivationPlace input, Window window) {
    ChannelLayout layout = input.layout();
    int kernel = window.kernel();
    if (layout.isSeamless() && window.dilation() == 1) {
      int[] starts = new int[kernel];
      for (int y = 0; y < kernel; y++) {
        starts[y] = y * input.rowStep();
      }
      return starts;
    }
    int[] starts = new int[kernel * kernel * layout.runs()];
    for (int i = 0; i < starts.length; i++) {
      int tap = i / layout.runs();
      starts[i] =
          tap / kernel * window.dilation() * input.rowStep()
              + tap % kernel * window.dilation() * input.pixelStep()
              + i % layout.runs() * layout.runStep();
    }
    return starts;
  }

  private Step matrix(Layer.Matrix layer) {
    ActivationPlace input = storage(layer.input());
    ActivationPlace output = storage(layer.output());
    int groups = layer.groups();
    Rows a = windows(layer.input(), layer.window(), output.shape());
    Rows c = rows(layer.output());
    Rows residual = layer.residual().map(this::rows).orElseGet(Rows::none);
    int kernel = layer.window().kernel();
    int[] segments;
    int length;
    int inputStep = input.shape().channels() / groups;
    int dilation = layer.window().dilation();
    boolean joinsPixels = input.layout().isSeamless() && dilation == 1;
    if (groups == 1) {
      segments = segments(input, layer.window());
      length = input.layout().runLength() * (joinsPixels ? kernel : 1);
    } else {
      segments = new int[kernel * kernel];
      for (int tap = 0; tap < segments.length; tap++) {
        segments[tap] =
            tap / kernel * dilation * input.rowStep() + tap % kernel * dilation * input.pixelStep();
      }
      length = inputStep;
    }
    int vectors = output.layout().vectors() / groups;
    int outputStep = vectors * kernels.lanes();
    MatrixProduct[] products = new MatrixProduct[groups];
    int depth = segments.length * length;
    for (int group = 0; group < groups; group++) {
      // The row sums of products in pairs, [pixel].
      float[] rowSums = new float[layer.pairs().isEmpty() ? 0 : c.count()];
      products[group] =
          new MatrixProduct(
              a.shifted(group * inputStep),
              new MatrixProduct.Segments(segments, length),
              new MatrixProduct.Panels(
                  model.packed(),
                  layer.filters().weights() + group * depth * outputStep,
                  model.packed(),
                  layer.filters().bias() + group * outputStep),
              residual.shifted(group * outputStep),
              c.shifted(group * outputStep),
              vectors,
              layer.filters().floor(),
              pairs(layer, group, outputStep, rowSums));
    }
    return new MatrixStep(kernels, products, output.shape().batch(), layer.filters().function());
  }

  private PairedProduct pairs(Layer.Matrix layer, int group, int columns, float[] rowSums) {
    return layer
        .pairs()
        .map(places ->
            new PairedProduct(
                model.packed(),
                places.inverse() + group,
                places.correction() + group * columns,
                rowSums))
        .orElseGet(PairedProduct::none);
  }

  private Step lanes(Layer.Lanes layer) {
    ActivationPlace input = storage(layer.input());
    ActivationPlace output = storage(layer.output());
    int lanes = kernels.lanes();
    int blocks = Math.ceilDiv(input.layout().groups(), lanes);
    int kernel = layer.window().kernel();
    int dilation = layer.window().dilation();
    int inputVectors = input.layout().vectors() / blocks;
    int outputVectors = output.layout().vectors() / blocks;
    int[] segments = new int[kernel * kernel * inputVectors];
    for (int k = 0; k < segments.length; k++) {
      int tap = k / inputVectors;
      segments[k] =
          tap / kernel * dilation * input.rowStep()
              + tap % kernel * dilation * input.pixelStep()
              + k % inputVectors * lanes;
    }
    Rows a = windows(layer.input(), layer.window(), output.shape());
    Rows c = rows(layer.output());
    MatrixProduct[] products = new MatrixProduct[blocks];
    int depth = segments.length;
    for (int block = 0; block < blocks; block++) {
      products[block] =
          new MatrixProduct(
              a.shifted(block * inputVectors * lanes),
              new MatrixProduct.Segments(segments, 1),
              new MatrixProduct.Panels(
                  model.packed(),
                  layer.filters().weights() + block * depth * outputVectors * lanes,
                  model.packed(),
                  layer.filters().bias() + block * outputVectors * lanes),
              Rows.none(),
              c.shifted(block * outputVectors * lanes),
              outputVectors,
              layer.filters().floor(),
              PairedProduct.none());
    }
    return new LaneStep(kernels, products, layer.filters().function());
  }

  private Step winograd(Layer.Winograd layer) {
    return new WinogradStep(
        kernels,
        threads,
        model.packed(),
        layer,
        memory,
        storage(layer.input()),
        storage(layer.output()));
  }

  private Step maximum(Layer.Maximum layer) {
    return new PoolStep(
        kernels, memory, storage(layer.input()), storage(layer.output()), layer.window());
  }

  private Step mean(Layer.Mean layer) {
    ActivationPlace input = storage(layer.input());
    ActivationPlace output = storage(layer.output());
    Shape shape = input.shape();
    int vectors = input.layout().vectors();
    int perChunk = Math.min(vectors, 8);
    int chunksOfPicture = Math.ceilDiv(vectors, perChunk);
    PixelSteps whole = input.steps(perChunk);
    PixelSteps rest = input.steps(vectors - (chunksOfPicture - 1) * perChunk);
    return step(
        shape.batch() * chunksOfPicture,
        (chunk, worker) -> {
          int picture = chunk / chunksOfPicture;
          int first = chunk % chunksOfPicture * perChunk;
          kernels.mean(
              memory,
              input.base() + input.pixel(picture, 0, 0) + first * kernels.lanes(),
              shape.height(),
              shape.width(),
              chunk % chunksOfPicture < chunksOfPicture - 1 ? whole : rest,
              memory,
              output.base() + output.pixel(picture, 0, 0) + first * kernels.lanes());
        });
  }

  private Step combine(Layer.Combine layer) {
    Rows output = rows(layer.output());
    Kernels.Combination combination =
        new Kernels.Combination(
            layer.inputs().stream().map(this::rows).toArray(Rows[]::new),
            output,
            model.packed(),
            layer.scale(),
            layer.shift(),
            layer.output().layout().vectors(),
            layer.floor());
    return pass(output, (first, end) -> kernels.combine(combination, first, end));
  }

  private Step scaledSum(Layer.ScaledSum layer) {
    Rows output = rows(layer.output());
    Rows ones = new Rows(model.packed(), new int[output.count()], layer.ones());
    Kernels.ScaledSum sum =
        new Kernels.ScaledSum(
            layer.maps().stream().map(this::rows).toArray(Rows[]::new),
            layer.gates().stream()
                .map(gates -> gates.map(value -> gates(value, layer.output())).orElse(ones))
                .toArray(Rows[]::new),
            output,
            layer.output().layout().vectors(),
            layer.floor());
    return pass(output, (first, end) -> kernels.scaledSum(sum, first, end));
  }

  /** The rows of the gates: for every pixel of a map, the only pixel of its picture's gates. */
  private Rows gates(Value gates, Value map) {
    return rows(storage(gates), 0, 0, storage(map).shape());
  }

  private Step eachPixel(Layer.EachPixel layer) {
    Rows input = rows(layer.input());
    Rows output = rows(layer.output());
    int channels = layer.output().layout().channels();
    int places = layer.output().layout().vectors() * kernels.lanes();
    return pass(
        output,
        (first, end) -> {
          for (int row = first; row < end; row++) {
            int to = output.start(row);
            layer.function().apply(memory, input.start(row), memory, to);
            Arrays.fill(memory, to + channels, to + places, 0f);
          }
        });
  }

  private Step upsample(Layer.Upsample layer) {
    ActivationPlace input = storage(layer.input());
    ActivationPlace output = storage(layer.output());
    Shape from = input.shape();
    Shape to = output.shape();
    int length = output.layout().stride();
    return step(
        to.batch() * to.height(),
        (row, worker) -> {
          int picture = row / to.height();
          int y = row % to.height();
          int sourceY = Op.UpsampleNearest.source(y, from.height(), to.height());
          for (int x = 0; x < to.width(); x++) {
            int sourceX = Op.UpsampleNearest.source(x, from.width(), to.width());
            int source = input.base() + input.pixel(picture, sourceY, sourceX);
            int target = output.base() + output.pixel(picture, y, x);
            System.arraycopy(memory, source, memory, target, length);
          }
        });
  }

  private Step copy(Layer.Copy layer) {
    ActivationPlace output = storage(layer.output());
    Shape shape = output.shape();
    ChannelLayout layout = layer.output().layout();
    // For every place of an output pixel: the number of its input, and its place in the input.
    int[] source = new int[layout.stride()];
    int[] place = new int[layout.stride()];
    Arrays.fill(source, -1);
    int channel = layer.channelsBefore();
    for (int i = 0; i < layer.inputs().size(); i++) {
      ChannelLayout from = layer.inputs().get(i).layout();
      for (int c = 0; c < from.channels(); c++, channel++) {
        source[layout.position(channel)] = i;
        place[layout.position(channel)] = from.position(c);
      }
    }
    Rows[] inputs =
        layer.inputs().stream()
            .map(input -> rows(storage(input), layer.stride(), 0, shape))
            .toArray(Rows[]::new);
    Rows to = rows(layer.output());
    return pass(
        to,
        (first, end) -> {
          for (int row = first; row < end; row++) {
            int out = to.start(row);
            for (int p = 0; p < source.length; p++) {
              if (source[p] < 0) {
                memory[out + p] = 0;
              } else {
                memory[out + p] = memory[inputs[source[p]].start(row) + place[p]];
              }
            }
          }
        });
  }

  /** Work on some rows of a map. */
  @FunctionalInterface
  private interface RowsTask {
    void run(int first, int end);
  }

  /** A pass over all rows of a map, {@link #ROWS_OF_CHUNK} rows at a time. */
  private static Step pass(Rows rows, RowsTask task) {
    return step(
        Math.ceilDiv(rows.count(), ROWS_OF_CHUNK),
        (chunk, worker) -> {
          int first = chunk * ROWS_OF_CHUNK;
          task.run(first, Math.min(rows.count(), first + ROWS_OF_CHUNK));
        });
  }

  private static Step step(int chunks, WorkerPool.Task task) {
    return new Step() {
      @Override
      public int chunks() {
        return chunks;
      }

      @Override
      public void run(int chunk, int worker) {
        task.run(chunk, worker);
      }
    };
  }
}
