import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.ImportOrderer;
import com.google.googlejavaformat.java.JavaFormatterOptions.Style;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Generates the tiles of the engine: the innermost loops of its matrix products, whose accumulators
 * C2 keeps in registers. With the argument {@code check}, the program writes nothing; it lists the
 * files that differ from its output, and fails if there are any.
 *
 * <p>A tile must name each of its vectors. C2 would make objects of vectors in an array, of vectors
 * that cross a call to a method of our own, and of vectors that come out of two branches. Every row
 * and every vector of every size therefore needs the same lines, and this program has them once. A
 * tile of another size is one line of {@link #TABLE}.
 *
 * <p>Templates are Java code with a few directives. The program copies the lines between {@code
 * #for i=0..R} and {@code #end} for each i from 0 to R - 1; {@code #for i=0..R: …} is the form for
 * one line. A line {@code #if i: …} remains if i is not 0. {@code $i} is the number, and {@code
 * ${i-1}} is the number before it. {@code R} is the number of rows of a tile, {@code V} its number
 * of vectors (or plain columns), {@code P} the number of its rows in pairs, and {@code H} its
 * number of panels of two vectors. Finally the program removes sums with 0 and products with 1.
 */
final class Tiles {

  /** One tile in each line: class, method, rows, vectors, and number of rows in pairs. */
  private static final String TABLE =
      """
      MatrixTiles      tile      6 2 0
      MatrixTiles      tile      5 2 0
      MatrixTiles      tile      6 1 0
      MatrixTiles      tile      5 1 0
      PairTiles        product   6 2 4
      PairTiles        rows      6 2 4
      PairTiles        columns   6 2 4
      LaneTiles        tile      6 4 0
      LaneTiles        tile      5 4 0
      LaneTiles        tile      6 2 0
      LaneTiles        tile      5 2 0
      LaneTiles        tile      6 1 0
      LaneTiles        tile      5 1 0
      StridedTiles     tile      6 4 0
      StridedTiles     tile      6 2 0
      StridedTiles     tile      6 1 0
      LaneRowTiles     pixels    4 4 0
      LaneRowTiles     pixels    2 4 0
      LaneRowTiles     pixels    1 4 0
      LaneRowTiles     pixels    4 1 0
      LaneRowTiles     pixels    1 1 0
      LaneRowTiles     products  6 4 0
      LaneRowTiles     products  2 4 0
      LaneRowTiles     products  1 4 0
      LaneRowTiles     products  1 1 0
      PlainTiles       tile      3 4 0
      PlainTiles       tile      3 2 0
      PlainTiles       tile      3 1 0
      MatrixTileSizes  tile      4 2 0
      MatrixTileSizes  tile      6 2 0
      MatrixTileSizes  tile      8 2 0
      MatrixTileSizes  tile     12 2 0
      MatrixTileSizes  tile     14 2 0
      MatrixTileSizes  tile      6 1 0
      MatrixTileSizes  tile      4 4 0
      MatrixTileSizes  tile      6 4 0
      """;

  private static final String KERNEL = "org.resnext4j.engine.cpu.kernel";

  /** Loads the starts of the rows of A from the table of offsets. */
  private static final String ROWS_OF_PRODUCT =
      """
      float[] a = p.a().values();
      int[] aRows = p.a().offsets();
      int aShift = p.a().shift();
      #for i=1..R: int row$i = Math.min(row0 + $i, last);
      #for i=0..R: int a$i = aRows[row$i] + aShift;
      float[] b = p.packed();
      """;

  /** Computes the starts of the panels of B. */
  private static final String PANELS_OF_PRODUCT =
      """
      int b0At = p.packedOffset() + column * p.depth();
      #for h=1..H: int b${h}At = b${h-1}At + PANEL * p.depth();
      """;

  private static final String LOAD_B =
      """
      #for j=0..V: FloatVector b$j = FloatVector.fromArray(SPECIES, b, b${j/2}At + ${j%2} * LANES);
      """;

  /** Multiplies and adds. {@code [x]} is a vector of row i. */
  private static final String MULTIPLY =
      """
      #for i=0..R
      FloatVector x$i = [x];
      #for j=0..V: c$i$j = x$i.fma(b$j, c$i$j);
      #end
      """;

  /** Applies ReLU to the sums and stores them in the rows of C. */
  private static final String STORE_BEHIND_RELU =
      """
      #for i=0..R
      int to$i = cRows[row$i] + cShift;
      #for j=0..V
      [finish]
      c$i$j.blend(floor, c$i$j.compare(VectorOperators.LT, floor)).intoArray(c, to$i + $j * LANES);
      #end
      #end
      """;

  /**
   * Stores the sums, or adds them to the existing values. No vector comes out of the two branches.
   */
  private static final String STORE_OR_ADD =
      """
      int at = cOffset;
      if (accumulate) {
      #for i=0..R
      #if i: at += cRow;
      #for j=0..V
      c$i$j.add(FloatVector.fromArray(SPECIES, c, at + $j * LANES))
          .intoArray(c, at + $j * LANES);
      #end
      #end
      } else {
      #for i=0..R
      #if i: at += cRow;
      #for j=0..V: c$i$j.intoArray(c, at + $j * LANES);
      #end
      }
      """;

  private static final String ZEROS =
      """
      #for i=0..R
      #for j=0..V: FloatVector c$i$j = FloatVector.zero(SPECIES);
      #end
      """;

  /** A matrix product. Without a residual, every row starts from the same row of zeros. */
  private static final String MATRIX =
      ROWS_OF_PRODUCT
          + """
          int column = panel * PANEL;
          """
          + PANELS_OF_PRODUCT
          + """
          int biasAt = p.biasOffset() + column;
          #for j=0..V: FloatVector bias$j = FloatVector.fromArray(SPECIES, p.bias(), biasAt + $j * LANES);
          float[] r = p.residual().values();
          int[] rRows = p.residual().offsets();
          int rStep = p.residualStep();
          int rShift = p.residual().shift() + column * rStep;
          #for i=0..R
          int r$i = rRows[row$i * rStep] + rShift;
          #for j=0..V: FloatVector c$i$j = bias$j.add(FloatVector.fromArray(SPECIES, r, r$i + $j * LANES));
          #end
          int length = p.segmentLength();
          for (int segment : p.segments()) {
            int end = segment + length;
            for (int k = segment; k < end; k++) {
          """
          + LOAD_B
          + MULTIPLY.replace("[x]", "FloatVector.broadcast(SPECIES, a[a$i + k])")
          + """
              #for h=0..H: b${h}At += $W;
            }
          }
          FloatVector floor = FloatVector.broadcast(SPECIES, p.floor());
          float[] c = p.c().values();
          int[] cRows = p.c().offsets();
          int cShift = p.c().shift() + column;
          """
          + STORE_BEHIND_RELU.replace("[finish]\n", "");

  /** A product whose lanes are independent. A segment is one vector. */
  private static final String LANE =
      ROWS_OF_PRODUCT
          + PANELS_OF_PRODUCT
          + """
          int bias = p.biasOffset() + column;
          #for j=0..V: FloatVector c0$j = FloatVector.fromArray(SPECIES, p.bias(), bias + $j * LANES);
          #for i=1..R
          #for j=0..V: FloatVector c$i$j = c0$j;
          #end
          for (int k : p.segments()) {
          """
          + LOAD_B
          + MULTIPLY.replace("[x]", "FloatVector.fromArray(SPECIES, a, a$i + k)")
          + """
            #for h=0..H: b${h}At += $W;
          }
          FloatVector floor = FloatVector.broadcast(SPECIES, p.floor());
          float[] c = p.c().values();
          int[] cRows = p.c().offsets();
          int cShift = p.c().shift() + column;
          """
          + STORE_BEHIND_RELU.replace("[finish]\n", "");

  /**
   * A product of single values instead of vectors; C2 keeps them in registers, too. The distance of
   * columns is {@code columnStep}; the distance of steps of k is {@code aStep} in A and {@code
   * bStep} in B.
   */
  private static final String PLAIN =
      ROWS_OF_PRODUCT
          + """
          float[] bias = p.bias();
          float[] r = p.residual().values();
          int[] rRows = p.residual().offsets();
          int rStep = p.residualStep();
          int rShift = p.residual().shift();
          #for j=0..V: int column$j = column + $j * columnStep;
          #for i=0..R
          int r$i = rRows[row$i * rStep] + rShift;
          #for j=0..V: float c$i$j = bias[p.biasOffset() + column$j] + r[r$i + column$j * rStep];
          #end
          int length = p.segmentLength();
          int bAt = bOffset;
          for (int segment : p.segments()) {
            int k = segment + aOffset;
            for (int step = 0; step < length; step++) {
              #for j=0..V: float b$j = b[bAt + $j * columnStep];
              #for i=0..R
              float x$i = a[a$i + k];
              #for j=0..V: c$i$j = Math.fma(x$i, b$j, c$i$j);
              #end
              k += aStep;
              bAt += bStep;
            }
          }
          float floor = p.floor();
          float[] c = p.c().values();
          int[] cRows = p.c().offsets();
          int cShift = p.c().shift();
          #for i=0..R
          int to$i = cRows[row$i] + cShift;
          #for j=0..V: c[to$i + column$j] = c$i$j < floor ? floor : c$i$j;
          #end
          """;

  /**
   * Loads two steps of k of row i. {@code [x]} and {@code [y]} are their places in A. The tile
   * broadcasts values as integers, which needs a load port alone; the broadcast of a float also
   * occupies an arithmetic unit.
   */
  private static final String LOAD_PAIR =
      """
      FloatVector x$i =
          IntVector.broadcast(BITS, Float.floatToRawIntBits(a[[x]])).reinterpretAsFloats();
      FloatVector y$i =
          IntVector.broadcast(BITS, Float.floatToRawIntBits(a[[y]])).reinterpretAsFloats();
      """;

  /**
   * Computes two steps of k with the first rows in pairs. C2 schedules the instructions of the
   * loop, not always well: other orders of these lines are slower.
   */
  private static final String MULTIPLY_PAIRS =
      """
      #for i=0..1
      #for j=0..V
      FloatVector p$j = FloatVector.fromArray(SPECIES, b, bAt + $j * LANES);
      FloatVector q$j = FloatVector.fromArray(SPECIES, b, bAt + PANEL + $j * LANES);
      #unless j
      [load]
      #end
      c$i$j = x$i.add(q$j).fma(y$i.add(p$j), c$i$j);
      #end
      #end
      #for i=1..P
      [load]
      #for j=0..V: c$i$j = x$i.add(q$j).fma(y$i.add(p$j), c$i$j);
      #end
      #for i=P..R
      [load]
      #for j=0..V
      c$i$j = x$i.fma(p$j, c$i$j);
      c$i$j = y$i.fma(q$j, c$i$j);
      #end
      #end
      """;

  /** A matrix product with some rows in pairs. */
  private static final String PAIRED_PRODUCT =
      ROWS_OF_PRODUCT
          + """
          int column = panel * PANEL;
          int bAt = p.packedOffset() + column * p.depth();
          float[] halves = p.pairs().rowSums();
          #for i=0..P: FloatVector half$i = FloatVector.broadcast(SPECIES, halves[row$i]);
          float inverseOfFactor = p.pairs().constants()[p.pairs().inverse()];
          FloatVector factor = FloatVector.broadcast(SPECIES, 1 / inverseOfFactor);
          float[] r = p.residual().values();
          int[] rRows = p.residual().offsets();
          int rStep = p.residualStep();
          int rShift = p.residual().shift() + column * rStep;
          int correctionAt = p.pairs().correction() + column;
          #for j=0..V
          FloatVector correction$j =
              FloatVector.fromArray(SPECIES, p.pairs().constants(), correctionAt + $j * LANES);
          #end
          int biasAt = p.biasOffset() + column;
          #for j=0..V: FloatVector bias$j = FloatVector.fromArray(SPECIES, p.bias(), biasAt + $j * LANES);
          #for i=0..P
          int r$i = rRows[row$i * rStep] + rShift;
          #for j=0..V
          FloatVector c$i$j =
              factor
                  .mul(correction$j.add(FloatVector.fromArray(SPECIES, r, r$i + $j * LANES)))
                  .sub(half$i);
          #end
          #end
          #for i=P..R
          int r$i = rRows[row$i * rStep] + rShift;
          #for j=0..V
          FloatVector c$i$j =
              factor.mul(bias$j.add(FloatVector.fromArray(SPECIES, r, r$i + $j * LANES)));
          #end
          #end
          int length = p.segmentLength();
          for (int segment : p.segments()) {
            int end = segment + length;
            for (int k = segment; k < end; k += 2) {
          """
          + MULTIPLY_PAIRS
              .replace("[load]\n", LOAD_PAIR)
              .replace("[x]", "a$i + k")
              .replace("[y]", "a$i + k + 1")
          + """
              bAt += 2 * PANEL;
            }
          }
          FloatVector inverse = FloatVector.broadcast(SPECIES, inverseOfFactor);
          FloatVector floor = FloatVector.broadcast(SPECIES, p.floor());
          float[] c = p.c().values();
          int[] cRows = p.c().offsets();
          int cShift = p.c().shift() + column;
          """
          + rows("0..P", STORE_BEHIND_RELU, "c$i$j = inverse.mul(c$i$j.sub(half$i));\n")
          + rows("P..R", STORE_BEHIND_RELU, "c$i$j = inverse.mul(c$i$j);\n");

  private static final String HALVES_BEFORE =
      """
      #for j=0..V
      FloatVector before$j = FloatVector.fromArray(SPECIES, b, bHalvesAt + $j * LANES);
      #end
      #for i=0..P
      #for j=0..V: FloatVector c$i$j = before$j.add(a[aHalvesAt + $i]).neg();
      #end
      #for i=P..R
      #for j=0..V: FloatVector c$i$j = FloatVector.zero(SPECIES);
      #end
      """;

  private static final String HALVES_AFTER =
      """
      // The sums are read again, because C2 would spill them in the loop.
      #for j=0..V
      FloatVector after$j = FloatVector.fromArray(SPECIES, b, bHalvesAt + $j * LANES);
      #end
      FloatVector scale = FloatVector.broadcast(SPECIES, inverse);
      #for i=0..P
      #for j=0..V: c$i$j = c$i$j.sub(after$j.add(a[aHalvesAt + $i])).mul(scale);
      #end
      #for i=P..R
      #for j=0..V: c$i$j = c$i$j.mul(scale);
      #end
      """;

  /** Rows of A in pairs. The values of a row are contiguous. */
  private static final String PAIRED_ROWS =
      HALVES_BEFORE
          + """
          int a0 = aOffset;
          #for i=1..R: int a$i = a${i-1} + aRow;
          int bAt = bOffset;
          for (int k = 0; k < depth; k += 2) {
          """
          + MULTIPLY_PAIRS
              .replace("[load]\n", LOAD_PAIR)
              .replace("[x]", "a$i + k")
              .replace("[y]", "a$i + k + 1")
          + """
            bAt += 2 * PANEL;
          }
          """
          + HALVES_AFTER
          + """
          int at = cOffset;
          #for i=0..R
          #if i: at += cRow;
          #for j=0..V: c$i$j.intoArray(c, at + $j * LANES);
          #end
          """;

  /** Columns of A in pairs. The values of a column have a fixed distance. */
  private static final String PAIRED_COLUMNS =
      HALVES_BEFORE
          + """
          int ax = aOffset;
          int ay = aOffset + aStep;
          int bAt = bOffset;
          for (int k = 0; k < depth; k += 2) {
          """
          + MULTIPLY_PAIRS
              .replace("[load]\n", LOAD_PAIR)
              .replace("[x]", "ax + $i")
              .replace("[y]", "ay + $i")
          + """
            ax += 2 * aStep;
            ay += 2 * aStep;
            bAt += 2 * PANEL;
          }
          """
          + HALVES_AFTER
          + STORE_OR_ADD;

  /** A product of two strided matrices. */
  private static final String STRIDED =
      ZEROS
          + """
          int a0 = aOffset;
          #for i=1..R: int a$i = a${i-1} + aRow;
          int bAt = bOffset;
          for (int k = 0; k < depth; k++) {
            #for j=0..V: FloatVector b$j = FloatVector.fromArray(SPECIES, b, bAt + $j * LANES);
          """
          + MULTIPLY.replace("[x]", "FloatVector.broadcast(SPECIES, a[a$i])")
          + """
            #for i=0..R: a$i += aStep;
            bAt += bStep;
          }
          """
          + STORE_OR_ADD;

  /** Sums of pixels and output channels. */
  private static final String LANE_PIXELS =
      ZEROS
          + """
          int bAt = bOffset;
          for (int row = 0; row < rows; row++) {
            int a0 = aOffset + row * aRow;
            #for i=1..R: int a$i = a${i-1} + aPixel;
            for (int k = 0; k < depth; k++) {
              #for j=0..V: FloatVector b$j = FloatVector.fromArray(SPECIES, b, bAt + $j * LANES);
          """
          + MULTIPLY.replace("[x]", "FloatVector.fromArray(SPECIES, a, a$i + k * LANES)")
          + """
              bAt += $V * LANES;
            }
          }
          """
          + STORE_OR_ADD;

  /** Sums of input channels and output channels, over pixels. */
  private static final String LANE_PRODUCTS =
      """
      #for i=0..R
      #for j=0..V
      FloatVector c$i$j = FloatVector.fromArray(SPECIES, c, cOffset + $i * cRow + $j * LANES);
      #end
      #end
      int bAt = bOffset;
      for (int row = 0; row < rows; row++) {
        int aAt = aOffset + row * aRow;
        for (int pixel = 0; pixel < pixels; pixel++) {
          #for j=0..V: FloatVector b$j = FloatVector.fromArray(SPECIES, b, bAt + $j * LANES);
      """
          + MULTIPLY.replace("[x]", "FloatVector.fromArray(SPECIES, a, aAt + $i * LANES)")
          + """
              aAt += aPixel;
              bAt += bPixel;
            }
          }
          #for i=0..R
          #for j=0..V: c$i$j.intoArray(c, cOffset + $i * cRow + $j * LANES);
          #end
          """;

  /** A method of a class of tiles: its name, its comment, its parameters and its template. */
  private record Method(String name, String does, String parameters, String template) {}

  /** A class of tiles: its folder, its package, its name, its comment and its methods. */
  private record TileClass(
      String folder, String home, String name, String about, Method... methods) {}

  private record Size(int rows, int vectors, int pairs) {}

  private static final String ENGINE = "engine/src/main/java/org/resnext4j/engine/cpu/kernel/";
  private static final String BENCHMARKS = "benchmarks/src/main/java/org/resnext4j/benchmarks/";

  private static final Method MATRIX_TILE =
      new Method(
          "tile",
          "Computes $rows rows by $vectors of a product. It repeats the last row for rows after it.",
          "MatrixProduct p, int row0, int last, int panel",
          MATRIX);

  private static final List<TileClass> CLASSES =
      List.of(
          new TileClass(
              ENGINE,
              KERNEL,
              "MatrixTiles",
              """
              Tiles of {@link Kernels#multiply}: matrix products.

              <p>Six rows by two vectors need 12 accumulators, 2 registers for B and 1 register for A.
              They fit AVX2's 16 registers. With 512-bit vectors they reach 95 % of the peak, as larger
              tiles do.
              """,
              MATRIX_TILE),
          new TileClass(
              ENGINE,
              KERNEL,
              "PairTiles",
              """
              Tiles of products in pairs ({@link PairedProduct}). {@link Kernels#multiply} and {@link
              PairedGemm} use them.

              <p>A tile computes four of its six rows in pairs. Two steps of k then take 16 additions
              and 16 multiply-adds; a plain tile takes 24 multiply-adds. C2 spills more than 12
              accumulators. A tile of five rows would save a hundredth of a pass, and its compilation
              would cost a quarter of a second before the first pass.
              """,
              new Method(
                  "product",
                  "Computes $rows rows by $vectors of a product, with $pairs rows in pairs. It repeats"
                      + " the last row for rows after it.",
                  "MatrixProduct p, int row0, int last, int panel",
                  PAIRED_PRODUCT),
              new Method(
                  "rows",
                  "Multiplies $rows rows of A by a panel of $vectors, with $pairs rows in pairs. The"
                      + " values of a row are contiguous.",
                  "float[] a, int aOffset, int aRow, int aHalvesAt, float[] b, int bOffset, int"
                      + " bHalvesAt, float inverse, float[] c, int cOffset, int cRow, int depth",
                  PAIRED_ROWS),
              new Method(
                  "columns",
                  "Multiplies $rows columns of A by a panel of $vectors, with $pairs columns in pairs."
                      + " The distance of a column's values is {@code aStep}.",
                  "float[] a, int aOffset, int aStep, int aHalvesAt, float[] b, int bOffset, int"
                      + " bHalvesAt, float inverse, float[] c, int cOffset, int cRow, int depth,"
                      + " boolean accumulate",
                  PAIRED_COLUMNS)),
          new TileClass(
              ENGINE,
              KERNEL,
              "LaneTiles",
              """
              Tiles of {@link Kernels#multiplyLanes}: products with lanes across cardinality.

              <p>Both factors are vectors, so a tile loads a vector for each of its rows and columns. A
              tile of six by two takes 8 loads for 12 multiply-adds, which is more than the load ports
              of 512-bit machines deliver. A tile of six by four takes 10 loads for 24 multiply-adds and
              29 of the 32 registers of these machines. These products have no residual.
              """,
              new Method(
                  "tile",
                  "Computes $rows pixels by $vectors. It repeats the last pixel for pixels after it.",
                  "MatrixProduct p, int row0, int last, int column",
                  LANE)),
          new TileClass(
              ENGINE,
              KERNEL,
              "StridedTiles",
              "Tiles of {@link StridedGemm}: matrix products of training.",
              new Method(
                  "tile",
                  "Multiplies $rows rows of A by $vectors of B.",
                  "float[] a, int aOffset, int aRow, int aStep, float[] b, int bOffset, int bStep,"
                      + " float[] c, int cOffset, int cRow, int depth, boolean accumulate",
                  STRIDED)),
          new TileClass(
              ENGINE,
              KERNEL,
              "LaneRowTiles",
              "Tiles of {@link LaneRows}: grouped convolutions of training with lanes across cardinality.",
              new Method(
                  "pixels",
                  "Computes $rows pixels by $vectors. A vector holds one output channel of many groups.",
                  "float[] a, int aOffset, int aPixel, int aRow, int rows, int depth, float[] b, int"
                      + " bOffset, float[] c, int cOffset, int cRow, boolean accumulate",
                  LANE_PIXELS),
              new Method(
                  "products",
                  "Multiplies $rows input channels by $vectors of gradients, and sums the products over"
                      + " pixels.",
                  "float[] a, int aOffset, int aPixel, int aRow, float[] b, int bOffset, int bPixel,"
                      + " int rows, int pixels, float[] c, int cOffset, int cRow",
                  LANE_PRODUCTS)),
          new TileClass(
              ENGINE,
              KERNEL,
              "PlainTiles",
              """
              Tiles of {@link ScalarKernels}: matrix products without the Vector API.

              <p>Three rows by four columns have 12 sums. They hide the latency of multiply-adds and fit
              16 registers.
              """,
              new Method(
                  "tile",
                  "Computes $rows rows by $columns of a product. It repeats the last row for rows after"
                      + " it.",
                  "MatrixProduct p, int row0, int last, int aOffset, int aStep, int bOffset, int"
                      + " bStep, int column, int columnStep",
                  PLAIN)),
          new TileClass(
              BENCHMARKS,
              "org.resnext4j.benchmarks",
              "MatrixTileSizes",
              "The engine's tile of matrix products in several sizes, for {@link TileBenchmark}.",
              MATRIX_TILE));

  private Tiles() {}

  public static void main(String[] arguments) throws Exception {
    boolean check = List.of(arguments).contains("check");
    Map<String, List<Size>> sizes = new LinkedHashMap<>();
    for (String line : TABLE.lines().toList()) {
      String[] words = line.split(" +");
      int[] numbers = Arrays.stream(words).skip(2).mapToInt(Integer::parseInt).toArray();
      sizes
          .computeIfAbsent(words[0] + " " + words[1], _ -> new ArrayList<>())
          .add(new Size(numbers[0], numbers[1], numbers[2]));
    }
    Formatter formatter = new Formatter();
    int differing = 0;
    for (TileClass tiles : CLASSES) {
      String source = ImportOrderer.reorderImports(write(tiles, sizes), Style.GOOGLE);
      source = formatter.formatSource(RemoveUnusedImports.removeUnusedImports(source));
      Path file = Path.of(tiles.folder() + tiles.name() + ".java");
      if (!Files.exists(file) || !Files.readString(file).equals(source)) {
        differing++;
        System.out.println((check ? "not as build/Tiles.java writes it: " : "wrote ") + file);
        if (!check) {
          Files.writeString(file, source);
        }
      }
    }
    if (check && differing > 0) {
      System.out.println("change build/Tiles.java and run `mvn -N verify -Ptiles`");
      System.exit(1);
    }
  }

  private static String write(TileClass tiles, Map<String, List<Size>> sizes) {
    StringBuilder text =
        new StringBuilder(
            """
            // build/Tiles.java generates this file: change that program and run `mvn -N verify -Ptiles`.
            package %s;

            import jdk.incubator.vector.FloatVector;
            import jdk.incubator.vector.IntVector;
            import jdk.incubator.vector.VectorOperators;
            import jdk.incubator.vector.VectorSpecies;
            import %s.MatrixProduct;

            /**
             * %s
             */
            final class %s {

            """
                .formatted(
                    tiles.home(),
                    KERNEL,
                    tiles.about().strip().replace("\n", "\n * "),
                    tiles.name()));
    StringBuilder methods = new StringBuilder();
    for (Method method : tiles.methods()) {
      List<Size> all = sizes.get(tiles.name() + " " + method.name());
      if (all.size() > 1) {
        methods.append(choice(method, all));
      }
      for (Size size : all) {
        String header =
            "\n/** %s */\nstatic void %s(%s) {\n"
                .formatted(method.does(), sized(method, size), method.parameters());
        methods.append(fill(header + method.template() + "}\n", size));
      }
    }
    if (methods.indexOf("SPECIES") >= 0) {
      text.append(
          """
          private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
          """);
    }
    if (methods.indexOf("BITS") >= 0) {
      text.append(
          """
          private static final VectorSpecies<Integer> BITS =
              VectorSpecies.of(int.class, SPECIES.vectorShape());
          """);
    }
    if (methods.indexOf("LANES") >= 0) {
      text.append("private static final int LANES = SPECIES.length();\n");
    }
    if (methods.indexOf("PANEL") >= 0) {
      text.append("private static final int PANEL = MatrixProduct.PANEL_VECTORS * LANES;\n");
    }
    return text.append("\nprivate ").append(tiles.name()).append("() {}\n").append(methods) + "}\n";
  }

  private static String sized(Method method, Size size) {
    return method.name() + size.rows() + "x" + size.vectors();
  }

  /** A method that chooses the smallest sufficient tile. */
  private static String choice(Method method, List<Size> sizes) {
    String names = method.parameters().replaceAll("[\\w\\[\\]]+ (\\w+)", "$1");
    StringBuilder text =
        new StringBuilder(
            """

            /** Calls the smallest tile that has at least the given rows and vectors. */
            static void %s(int tileRows, int tileVectors, %s) {
            """
                .formatted(method.name(), method.parameters()));
    TreeSet<Integer> widths = new TreeSet<>(sizes.stream().map(Size::vectors).toList());
    String otherwise = "";
    for (int width : widths) {
      text.append(otherwise);
      text.append(width == widths.last() ? "{" : "if (tileVectors <= " + width + ") {");
      List<Size> heights =
          sizes.stream()
              .filter(size -> size.vectors() == width)
              .sorted(Comparator.comparing(Size::rows))
              .toList();
      for (Size size : heights) {
        String call = "{ %s(%s); }".formatted(sized(method, size), names);
        boolean last = size.equals(heights.getLast());
        text.append(last ? call : "if (tileRows <= " + size.rows() + ") " + call + " else ");
      }
      text.append("}");
      otherwise = " else ";
    }
    return text.append("}\n").toString();
  }

  /** A template for a part of the tile's rows. */
  private static String rows(String range, String template, String finish) {
    return template.replace("i=0..R", "i=" + range).replace("[finish]\n", finish);
  }

  private static String fill(String template, Size size) {
    Map<String, Integer> numbers = new HashMap<>();
    numbers.put("R", size.rows());
    numbers.put("V", size.vectors());
    numbers.put("P", size.pairs());
    numbers.put("H", (size.vectors() + 1) / 2);
    String[] words = {"no", "one", "two", "three", "four", "five", "six"};
    String named =
        template
            .replace("$rows pixels", size.rows() == 1 ? "one pixel" : "$rows pixels")
            .replace(
                "$rows input channels",
                size.rows() == 1 ? "one input channel" : "$rows input channels")
            .replace("$rows", size.rows() < words.length ? words[size.rows()] : "" + size.rows())
            .replace(
                "$vectors", words[size.vectors()] + (size.vectors() == 1 ? " vector" : " vectors"))
            .replace(
                "$columns", words[size.vectors()] + (size.vectors() == 1 ? " column" : " columns"))
            .replace("$pairs", words[size.pairs()])
            .replace("$W", size.vectors() == 1 ? "LANES" : "PANEL");
    StringBuilder text = new StringBuilder();
    expand(named.lines().toList(), numbers, text);
    return text.toString()
        .replaceAll(" \\+ 0 \\* \\w+", "")
        .replaceAll("\\b1 \\* ", "")
        .replaceAll(" \\+ 0\\b", "");
  }

  private static final Pattern LOOP = Pattern.compile("#for (\\w)=(\\w+)\\.\\.(\\w+)(: (.*))?");
  private static final Pattern CONDITION = Pattern.compile("#(if|unless) (\\w)(: (.*))?");

  /** Copies lines, and repeats the lines of loops for each number. */
  private static void expand(List<String> lines, Map<String, Integer> numbers, StringBuilder to) {
    for (int at = 0; at < lines.size(); at++) {
      String line = lines.get(at).strip();
      Matcher loop = LOOP.matcher(line);
      Matcher condition = CONDITION.matcher(line);
      boolean repeats = loop.matches();
      if (!repeats && !condition.matches()) {
        to.append(place(line, numbers)).append('\n');
        continue;
      }
      String rest = repeats ? loop.group(5) : condition.group(4);
      List<String> body = List.of();
      if (rest != null) {
        body = List.of(rest);
      } else {
        int end = end(lines, at);
        body = lines.subList(at + 1, end);
        at = end;
      }
      if (repeats) {
        for (int i = number(loop.group(2), numbers); i < number(loop.group(3), numbers); i++) {
          numbers.put(loop.group(1), i);
          expand(body, numbers, to);
        }
      } else if ((numbers.get(condition.group(2)) != 0) == condition.group(1).equals("if")) {
        expand(body, numbers, to);
      }
    }
  }

  /** The line of the {@code #end} that closes a block. */
  private static int end(List<String> lines, int opening) {
    int depth = 0;
    for (int at = opening; ; at++) {
      String line = lines.get(at).strip();
      if (line.equals("#end")) {
        depth--;
      } else if (line.matches("#(for|if|unless) [^:]*")) {
        depth++;
      }
      if (depth == 0) {
        return at;
      }
    }
  }

  private static int number(String word, Map<String, Integer> numbers) {
    return numbers.containsKey(word) ? numbers.get(word) : Integer.parseInt(word);
  }

  private static final Pattern PLACE = Pattern.compile("\\$(?:\\{(\\w)(?:([-/%])(\\d))?\\}|(\\w))");

  /** Replaces the names of numbers by the numbers. */
  private static String place(String line, Map<String, Integer> numbers) {
    return PLACE
        .matcher(line)
        .replaceAll(match -> {
          String name = match.group(1) != null ? match.group(1) : match.group(4);
          int value = numbers.get(name);
          if (match.group(2) == null) {
            return "" + value;
          }
          int other = Integer.parseInt(match.group(3));
          return ""
              + switch (match.group(2)) {
                case "-" -> value - other;
                case "/" -> value / other;
                default -> value % other;
              };
        });
  }
}
