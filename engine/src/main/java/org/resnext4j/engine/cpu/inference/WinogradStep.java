package org.resnext4j.engine.cpu.inference;

import java.util.Arrays;
import org.resnext4j.engine.cpu.kernel.Epilogue;
import org.resnext4j.engine.cpu.kernel.Kernels;
import org.resnext4j.engine.cpu.kernel.MatrixProduct;
import org.resnext4j.engine.cpu.kernel.Packing;
import org.resnext4j.engine.cpu.kernel.PairedProduct;
import org.resnext4j.engine.cpu.kernel.PixelSteps;
import org.resnext4j.engine.cpu.kernel.Rows;
import org.resnext4j.engine.cpu.kernel.WinogradTransforms;
import org.resnext4j.engine.graph.Nonlinearity;
import org.resnext4j.engine.graph.Shape;

/**
 * The step of a 3×3 convolution by Winograd's minimal filtering algorithm F(2×2, 3×3) or F(4×4,
 * 3×3) (Lavin and Gray 2016). A chunk is a block of tiles of one group. It transforms the inputs,
 * computes 16 or 36 matrix products and transforms the products. All its values stay in the
 * second-level cache.
 *
 * <p>The scratch memory of a worker holds these regions one after another:
 *
 * <pre>
 * inputs    [plane, tile, input]     leading dimensions: inputs of a group, inputPlane
 * products  [plane, tile, output]    leading dimensions: outputs of a group, outputPlane
 * pixels    [6, 6, input] or [4, 4, output], a patch or a tile without gaps
 * lines     [6, 6, lanes]            intermediate values of a transform
 * </pre>
 */
final class WinogradStep implements Step {

  /** The largest number of floats of a block's transformed inputs: a quarter of a megabyte. */
  private static final int BLOCK_FLOATS = 1 << 16;

  /** Side of the patch that a tile of 4×4 depends on, in pixels. */
  private static final int PATCH = WinogradTransforms.PATCH;

  private final Kernels kernels;
  private final float[] packed;
  private final Layer.Winograd layer;
  private final float[] memory;
  private final ActivationPlace input;
  private final ActivationPlace output;
  private final int groups;
  private final int inputs;
  private final int outputs;

  /** Distances between the pixels of the input, and of the copy of a patch. */
  private final PixelSteps inputSteps;

  private final PixelSteps patchSteps;

  /** Distances between the pixels of a transformed tile. */
  private final PixelSteps tileSteps;

  /** Distances between the pixels of the output. */
  private final PixelSteps outputSteps;

  /**
   * Distances between the pixels of a 2×2 tile in the output. The first index says whether the tile
   * has a lower row, the second whether it has a right column. The distance to a missing pixel is
   * 0.
   */
  private final PixelSteps[][] squareSteps = new PixelSteps[2][2];

  /** Bias and ReLU of each group. */
  private final Epilogue[] epilogues;

  private final int tile;
  private final int tileRows;
  private final int tileColumns;
  private final int pictures;

  /**
   * The number of tiles of a picture, or of the batch if blocks may hold tiles of several pictures.
   */
  private final int tiles;

  private final int tilesOfBlock;
  private final int blocks;

  /** The scratch memory of all workers, {@code [worker][region]}. */
  private final float[] scratch;

  private final int inputPlane;
  private final int outputPlane;

  /** Offset of the region "pixels" in a worker's memory. */
  private final int pixelsOfWorker;

  /** Offset of the region "lines" in a worker's memory. */
  private final int linesOfWorker;

  /** The products, {@code [worker][group][plane]}. */
  private final MatrixProduct[][][] products;

  WinogradStep(
      Kernels kernels,
      int threads,
      float[] packed,
      Layer.Winograd layer,
      float[] memory,
      ActivationPlace input,
      ActivationPlace output) {
    this.kernels = kernels;
    this.packed = packed;
    this.layer = layer;
    this.memory = memory;
    this.input = input;
    this.output = output;
    this.groups = layer.groups();
    this.inputs = input.shape().channels() / groups;
    this.outputs = output.shape().channels() / groups;
    this.inputSteps = input.steps(inputs / kernels.lanes());
    this.patchSteps = new PixelSteps(PATCH * inputs, inputs, inputSteps.vectors());
    this.tile = layer.tile();
    int vectors = outputs / kernels.lanes();
    this.tileSteps = new PixelSteps(tile * outputs, outputs, vectors);
    this.outputSteps = output.steps(vectors);
    for (int lower = 0; lower < 2; lower++) {
      for (int right = 0; right < 2; right++) {
        squareSteps[lower][right] =
            new PixelSteps(lower * output.rowStep(), right * output.pixelStep(), vectors);
      }
    }
    this.epilogues = new Epilogue[groups];
    Arrays.setAll(
        epilogues,
        group ->
            new Epilogue(
                packed, layer.filters().bias() + group * outputs, layer.filters().floor()));
    int count = WinogradPacking.products(tile);
    this.tileRows = Math.ceilDiv(output.shape().height(), tile);
    this.tileColumns = Math.ceilDiv(output.shape().width(), tile);
    int batch = output.shape().batch();
    // With products in pairs, a block holds tiles of one picture, so a picture gets the same bits
    // in any batch.
    this.pictures = layer.pairs().isEmpty() ? 1 : batch;
    this.tiles = batch / pictures * tileRows * tileColumns;
    int most =
        Math.max(3 * MatrixProduct.TILE_ROWS, BLOCK_FLOATS / count / Math.max(inputs, outputs));
    int blocksOfPicture = Math.ceilDiv(tiles, most);
    this.blocks = pictures * blocksOfPicture;
    this.tilesOfBlock = Math.ceilDiv(tiles, blocksOfPicture);
    // An additional cache line keeps the distance of planes from being a multiple of 4 KiB.
    this.inputPlane = tilesOfBlock * inputs + Packing.LINE;
    this.outputPlane = tilesOfBlock * outputs + Packing.LINE;
    this.pixelsOfWorker = count * (inputPlane + outputPlane);
    this.linesOfWorker = pixelsOfWorker + PATCH * PATCH * Math.max(inputs, outputs);
    int scratchOfWorker = linesOfWorker + PATCH * PATCH * kernels.lanes();
    this.scratch = new float[threads * scratchOfWorker + Packing.ALIGNMENT_SHIFT];
    this.products = new MatrixProduct[threads][groups][count];
    // The bias is added once, after the output transform.
    float[] noBias = new float[outputs];
    Rows a = Rows.strided(scratch, 0, inputs, tilesOfBlock);
    Rows c = Rows.strided(scratch, 0, outputs, tilesOfBlock);
    for (int worker = 0; worker < threads; worker++) {
      int start = Packing.ALIGNMENT_SHIFT + worker * scratchOfWorker;
      // The row sums of products in pairs, [tile]; all products of a worker share them in turn.
      float[] rowSums = new float[layer.pairs().isEmpty() ? 0 : tilesOfBlock];
      for (int group = 0; group < groups; group++) {
        for (int i = 0; i < count; i++) {
          int matrix = group * count + i;
          products[worker][group][i] =
              new MatrixProduct(
                  a.shifted(start + i * inputPlane),
                  MatrixProduct.Segments.one(inputs),
                  new MatrixProduct.Panels(
                      packed, layer.filters().weights() + matrix * inputs * outputs, noBias, 0),
                  Rows.none(),
                  c.shifted(start + count * inputPlane + i * outputPlane),
                  outputs / kernels.lanes(),
                  Float.NEGATIVE_INFINITY,
                  pairs(matrix, rowSums));
        }
      }
    }
  }

  private PairedProduct pairs(int matrix, float[] rowSums) {
    return layer
        .pairs()
        .map(places ->
            new PairedProduct(
                packed, places.inverse() + matrix, places.correction() + matrix * outputs, rowSums))
        .orElseGet(PairedProduct::none);
  }

  @Override
  public int chunks() {
    return groups * blocks;
  }

  @Override
  public void run(int chunk, int worker) {
    int group = chunk / blocks;
    int blocksOfPicture = blocks / pictures;
    int block = chunk % blocks;
    int firstOfPicture = block % blocksOfPicture * tilesOfBlock;
    int first = block / blocksOfPicture * tiles + firstOfPicture;
    int count = Math.min(tilesOfBlock, tiles - firstOfPicture);
    MatrixProduct[] product = products[worker][group];
    int start = product[0].a().shift();
    if (tile == 2) {
      transformInputs(group, first, count, start);
    } else {
      transformPatches(group, first, count, start);
    }
    for (MatrixProduct one : product) {
      if (!one.pairs().isNone()) {
        kernels.sumRows(one, 0, count);
      }
      for (int panel = 0; panel < one.panels(); panel++) {
        kernels.multiply(one, 0, count, panel);
      }
    }
    if (tile == 2) {
      transformOutputs(group, first, count, product[0].c().shift());
    } else {
      transformTiles(group, first, count, product[0].c().shift(), start);
    }
    if (layer.filters().function().isPresent()) {
      apply(layer.filters().function().get(), group, first, count);
    }
  }

  /** Applies a pointwise function to the pixels of some tiles. */
  private void apply(Nonlinearity function, int group, int first, int tiles) {
    Shape shape = output.shape();
    for (int i = 0; i < tiles; i++) {
      int picture = (first + i) / (tileRows * tileColumns);
      int top = (first + i) / tileColumns % tileRows * tile;
      int left = (first + i) % tileColumns * tile;
      for (int y = top; y < Math.min(top + tile, shape.height()); y++) {
        for (int x = left; x < Math.min(left + tile, shape.width()); x++) {
          int at = output.base() + output.pixel(picture, y, x) + group * outputs;
          kernels.apply(function, memory, at, memory, at, outputSteps.vectors());
        }
      }
    }
  }

  private void transformPatches(int group, int first, int tiles, int start) {
    Shape shape = input.shape();
    for (int i = 0; i < tiles; i++) {
      int picture = (first + i) / (tileRows * tileColumns);
      int y = (first + i) / tileColumns % tileRows * tile - 1;
      int x = (first + i) % tileColumns * tile - 1;
      float[] pixels = memory;
      int from = input.base() + input.pixel(picture, y, x) + group * inputs;
      PixelSteps steps = inputSteps;
      int height = Math.min(PATCH, shape.height() + 1 - y);
      int width = Math.min(PATCH, shape.width() + 1 - x);
      if (height < PATCH || width < PATCH) {
        // If the side is not a multiple of four, the last tile reads past the border.
        int patch = start + pixelsOfWorker;
        copyPatch(from, height, width, patch);
        pixels = scratch;
        from = patch;
        steps = patchSteps;
      }
      kernels.winogradPatch(
          pixels,
          from,
          steps,
          scratch,
          start + i * inputs,
          inputPlane,
          scratch,
          start + linesOfWorker);
    }
  }

  /** Copies the existing pixels of a patch, and zeros for the others. */
  private void copyPatch(int from, int height, int width, int to) {
    Arrays.fill(scratch, to, to + PATCH * PATCH * inputs, 0);
    for (int row = 0; row < height; row++) {
      for (int column = 0; column < width; column++) {
        System.arraycopy(
            memory,
            from + row * input.rowStep() + column * input.pixelStep(),
            scratch,
            to + (row * PATCH + column) * inputs,
            inputs);
      }
    }
  }

  private void transformTiles(int group, int first, int tiles, int from, int start) {
    Shape shape = output.shape();
    int pixels = start + pixelsOfWorker;
    for (int i = 0; i < tiles; i++) {
      int picture = (first + i) / (tileRows * tileColumns);
      int y = (first + i) / tileColumns % tileRows * tile;
      int x = (first + i) % tileColumns * tile;
      kernels.winogradTile(
          scratch,
          from + i * outputs,
          outputPlane,
          scratch,
          pixels,
          tileSteps,
          scratch,
          start + linesOfWorker);
      kernels.finish(
          scratch,
          pixels,
          memory,
          output.base() + output.pixel(picture, y, x) + group * outputs,
          outputSteps,
          Math.min(tile, shape.height() - y),
          Math.min(tile, shape.width() - x),
          epilogues[group]);
    }
  }

  private void transformInputs(int group, int first, int tiles, int to) {
    Shape shape = input.shape();
    int rowStep = input.rowStep();
    int pixelStep = input.pixelStep();
    for (int i = 0; i < tiles; i++) {
      int picture = (first + i) / (tileRows * tileColumns);
      int y = (first + i) / tileColumns % tileRows * 2 - 1;
      int x = (first + i) % tileColumns * 2 - 1;
      // If the side is odd, the last tile reads a pixel past the border; no result depends on it.
      int lastRow = y + 3 <= shape.height() ? 3 * rowStep : 2 * rowStep;
      int lastPixel = x + 3 <= shape.width() ? 3 * pixelStep : 2 * pixelStep;
      kernels.winogradInput(
          memory,
          input.base() + input.pixel(picture, y, x) + group * inputs,
          inputSteps,
          lastRow,
          lastPixel,
          scratch,
          to + i * inputs,
          inputPlane);
    }
  }

  private void transformOutputs(int group, int first, int tiles, int from) {
    Shape shape = output.shape();
    for (int i = 0; i < tiles; i++) {
      int picture = (first + i) / (tileRows * tileColumns);
      int y = (first + i) / tileColumns % tileRows * 2;
      int x = (first + i) % tileColumns * 2;
      kernels.winogradOutput(
          scratch,
          from + i * outputs,
          outputPlane,
          epilogues[group],
          memory,
          output.base() + output.pixel(picture, y, x) + group * outputs,
          squareSteps[y + 1 < shape.height() ? 1 : 0][x + 1 < shape.width() ? 1 : 0]);
    }
  }

  @Override
  public String toString() {
    return "winograd ×%d %s".formatted(groups, products[0][0][0]);
  }
}
