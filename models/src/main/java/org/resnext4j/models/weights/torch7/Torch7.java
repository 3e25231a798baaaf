package org.resnext4j.models.weights.torch7;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.resnext4j.engine.graph.Op;
import org.resnext4j.models.ResNeXt;
import org.resnext4j.models.weights.storage.Contents;
import org.resnext4j.models.weights.storage.ElementType;
import org.resnext4j.models.weights.storage.Storage;
import org.resnext4j.models.weights.storage.StoredTensor;
import org.resnext4j.models.weights.storage.WeightFileException;
import org.resnext4j.models.weights.torch7.Torch7Value.Module;
import org.resnext4j.models.weights.torch7.Torch7Value.Table;
import org.resnext4j.models.weights.torch7.Torch7Value.Tensor;

/**
 * Reads the networks that the paper's authors published. A file lists Torch7 modules in the order
 * of the authors' code; the reader gives the parameters torchvision's names.
 *
 * <p>The authors' network is a sequence of the stem, one sequence of blocks for each stage, the
 * pool and a linear layer. A block is a {@code ConcatTable} of residual and shortcut, followed by a
 * {@code CAddTable}. The residual of a block in form (b) contains a {@code ConcatTable} of paths
 * and a {@code JoinTable}.
 */
public final class Torch7 {

  private static final int DEEPEST_WRAPPER = 4;

  /**
   * The most modules that the reader visits, far more than any network has. A module counts at each
   * use.
   */
  private static final int MOST_MODULES = 1 << 16;

  private static final int COPIED_ALWAYS = 1 << 20;

  private final Path file;
  private final List<StoredTensor> tensors = new ArrayList<>();
  private int modules;
  private long mayCopy;

  /** The bias of the last convolution. The next batch norm absorbs it. */
  private float[] pendingBias = {};

  private Torch7(Path file, long size) {
    this.file = file;
    this.mayCopy = size + COPIED_ALWAYS;
  }

  public static Contents read(Path file, MemorySegment bytes) throws WeightFileException {
    Torch7 network = new Torch7(file, bytes.byteSize());
    network.network(network.unwrapped(Torch7Reader.read(file, bytes)));
    return new Contents(Map.of(), network.tensors);
  }

  /**
   * Returns the network's sequence, which may lie in the table of a checkpoint or in a module that
   * runs it on several GPUs.
   */
  private Module unwrapped(Torch7Value root) throws WeightFileException {
    Torch7Value at = root;
    for (int depth = 0; depth < DEEPEST_WRAPPER; depth++) {
      switch (at) {
        case Module module when module.kind().equals("Sequential") -> {
          return module;
        }
        case Module module when module.kind().equals("DataParallelTable") ->
            at = children(module).getFirst();
        case Table table when table.fields.containsKey("model") -> at = table.field("model");
        default ->
            throw error(
                "it holds no network, that is an nn.Sequential, itself or as a table's 'model'");
      }
    }
    throw error("its network is wrapped more than %d times".formatted(DEEPEST_WRAPPER));
  }

  private void network(Module network) throws WeightFileException {
    int stage = 0;
    boolean stem = false;
    for (Module module : children(network)) {
      switch (module.kind()) {
        case "SpatialConvolution", "SpatialConvolutionMM" -> {
          if (stem) {
            throw unexpected(module, "a second convolution outside of blocks");
          }
          stem = true;
          convolution("conv1", module);
        }
        case "SpatialBatchNormalization" -> batchNorm("bn1", module);
        case "Sequential" -> {
          int block = 0;
          for (Module child : children(module)) {
            block(ResNeXt.blockName(stage, block++), child);
          }
          stage++;
        }
        case "Linear" -> linear(module);
        default -> requireWeightless(module);
      }
    }
  }

  private void block(String name, Module block) throws WeightFileException {
    List<Module> children = children(block);
    if (!children.getFirst().kind().equals("ConcatTable")) {
      throw unexpected(children.getFirst(), name + ", which must begin with a ConcatTable");
    }
    List<Module> branches = children(children.getFirst());
    residual(name, branches.getFirst(), true);
    for (Module shortcut : branches.subList(1, branches.size())) {
      shortcut(name, shortcut);
    }
    for (Module after : children.subList(1, children.size())) {
      requireWeightless(after);
    }
  }

  private void residual(String name, Module residual, boolean mayHavePaths)
      throws WeightFileException {
    int number = 1;
    for (Module module : children(residual)) {
      switch (module.kind()) {
        case "SpatialConvolution", "SpatialConvolutionMM" ->
            convolution("%s.conv%d".formatted(name, number), module);
        case "SpatialBatchNormalization" -> {
          batchNorm("%s.bn%d".formatted(name, number), module);
          number++;
        }
        case "ConcatTable" -> {
          if (!mayHavePaths) {
            throw unexpected(module, name + ", which is a path already");
          }
          int path = 0;
          for (Module child : children(module)) {
            residual("%s.paths.%d".formatted(name, path++), child, false);
          }
          number = 3; // Each path has two convolutions; the third follows the JoinTable.
        }
        default -> requireWeightless(module);
      }
    }
  }

  private void shortcut(String name, Module shortcut) throws WeightFileException {
    if (!shortcut.kind().equals("Sequential")) {
      requireWeightless(shortcut);
      return;
    }
    for (Module module : children(shortcut)) {
      switch (module.kind()) {
        case "SpatialConvolution", "SpatialConvolutionMM" ->
            convolution(name + ".downsample.0", module);
        case "SpatialBatchNormalization" -> batchNorm(name + ".downsample.1", module);
        case "Concat" -> {
          for (Module half : children(module)) {
            requireWeightless(half);
          }
        }
        default -> requireWeightless(module);
      }
    }
  }

  /**
   * Adds a convolution's filters. The file may store them as a matrix, or with the groups as a
   * separate dimension.
   */
  private void convolution(String name, Module module) throws WeightFileException {
    long groups = Math.max(1, size(module, "groups", 1));
    long[] shape = {
      size(module, "nOutputPlane", 0),
      size(module, "nInputPlane", 0) / groups,
      size(module, "kH", 0),
      size(module, "kW", 0)
    };
    Tensor weight = required(module, "weight");
    if (weight.shape().length == shape.length) {
      tensors.add(view(name + ".weight", weight));
    } else {
      float[] values = values(name + ".weight", weight);
      tensors.add(
          StoredTensor.dense(
              file,
              name + ".weight",
              ElementType.F32,
              shape,
              Storage.of(MemorySegment.ofArray(values))));
    }
    if (pendingBias.length != 0) {
      throw unexpected(module, name + " behind a convolution with bias");
    }
    Optional<Tensor> bias = module.fields().tensor("bias");
    pendingBias = bias.isPresent() ? values(name + ".bias", bias.get()) : new float[0];
  }

  private void batchNorm(String name, Module module) throws WeightFileException {
    float[] mean = values(name + ".running_mean", required(module, "running_mean"));
    double epsilon = module.fields().number("eps").orElse(Op.BatchNorm.DEFAULT_EPSILON);
    float[] variance = variance(name, module, epsilon);
    float[] weight = filled(mean.length, 1);
    float[] bias = filled(mean.length, 0);
    if (module.fields().tensor("weight").isPresent()) {
      weight = values(name + ".weight", required(module, "weight"));
      bias = values(name + ".bias", required(module, "bias"));
    }
    if (pendingBias.length != 0) {
      if (pendingBias.length != mean.length) {
        throw unexpected(module, name + " behind a convolution of another width");
      }
      // Normalising x + bias with a mean equals normalising x with mean - bias.
      for (int i = 0; i < mean.length; i++) {
        mean[i] -= pendingBias[i];
      }
      pendingBias = new float[0];
    }
    vector(name + ".weight", weight);
    vector(name + ".bias", bias);
    vector(name + ".running_mean", mean);
    vector(name + ".running_var", variance);
  }

  /**
   * Returns the running variance for the epsilon of this library's graphs. Before version 2 Torch
   * stored {@code 1 / sqrt(variance + epsilon)} under the name {@code running_std}.
   */
  private float[] variance(String name, Module module, double epsilon) throws WeightFileException {
    boolean inverse = module.fields().tensor("running_var").isEmpty();
    String field = inverse ? "running_std" : "running_var";
    float[] variance = values(name + "." + field, required(module, field));
    for (int i = 0; i < variance.length; i++) {
      double sum = inverse ? 1 / ((double) variance[i] * variance[i]) : variance[i] + epsilon;
      variance[i] = (float) Math.max(0, sum - Op.BatchNorm.DEFAULT_EPSILON);
    }
    return variance;
  }

  private void linear(Module module) throws WeightFileException {
    tensors.add(view("fc.weight", required(module, "weight")));
    tensors.add(view("fc.bias", required(module, "bias")));
  }

  private void requireWeightless(Module module) throws WeightFileException {
    boolean known =
        switch (module.kind()) {
          case "ReLU",
              "SpatialMaxPooling",
              "SpatialAveragePooling",
              "View",
              "Reshape",
              "Identity",
              "MulConstant",
              "CAddTable",
              "JoinTable",
              "Copy" ->
              true;
          default -> false;
        };
    if (!known) {
      throw unexpected(module, "a place where no network of the family has it");
    }
  }

  private List<Module> children(Module module) throws WeightFileException {
    List<Module> children = new ArrayList<>();
    if (module.fields().field("modules") instanceof Table modules) {
      long count = modules.items.size();
      for (long i = 1; i <= count; i++) {
        if (modules.items.get(i) instanceof Module child) {
          children.add(child);
        } else {
          throw error(
              "module %d of an %s is missing or no module".formatted(i, module.className()));
        }
      }
    }
    modules += children.size();
    if (modules > MOST_MODULES) {
      throw error("its network has more than %d modules".formatted(MOST_MODULES));
    }
    if (children.isEmpty()) {
      throw error("an %s has no modules".formatted(module.className()));
    }
    return children;
  }

  private long size(Module module, String field, long otherwise) {
    return module.fields().number(field).map(Double::longValue).orElse(otherwise);
  }

  private Tensor required(Module module, String field) throws WeightFileException {
    return module
        .fields()
        .tensor(field)
        .orElseThrow(() -> error("a %s has no tensor '%s'".formatted(module.className(), field)));
  }

  private StoredTensor view(String name, Tensor tensor) throws WeightFileException {
    return StoredTensor.of(
        file,
        name,
        tensor.storage().type(),
        tensor.shape(),
        Storage.of(tensor.storage().bytes()),
        tensor.offset(),
        tensor.strides());
  }

  /** Returns a copy of a tensor's values. The file's size limits the total size of all copies. */
  private float[] values(String name, Tensor tensor) throws WeightFileException {
    StoredTensor view = view(name, tensor);
    long elements = view.info().elements();
    mayCopy -= Math.min(elements, Long.MAX_VALUE / 2);
    if (mayCopy < 0 || elements > Integer.MAX_VALUE - 8) {
      throw error(
          "tensor '%s' of shape %s holds more numbers than the file could"
              .formatted(name, view.info().shape()));
    }
    float[] values = new float[(int) elements];
    view.read(0, values);
    return values;
  }

  private void vector(String name, float[] values) throws WeightFileException {
    tensors.add(
        StoredTensor.dense(
            file,
            name,
            ElementType.F32,
            new long[] {values.length},
            Storage.of(MemorySegment.ofArray(values))));
  }

  private static float[] filled(int length, float value) {
    float[] values = new float[length];
    Arrays.fill(values, value);
    return values;
  }

  private WeightFileException unexpected(Module module, String place) {
    return error("a %s stands in %s".formatted(module.className(), place));
  }

  private WeightFileException error(String problem) {
    return new WeightFileException(file, problem);
  }
}
