package org.resnext4j.models;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.resnext4j.engine.graph.Graph;
import org.resnext4j.engine.tensor.Tensor;
import org.resnext4j.engine.tensor.Weights;

/**
 * Converts weights between the three equivalent forms of the block (Fig. 3 of the paper).
 *
 * <p>Path p of forms (a) and (b) owns rows {@code p·d … p·d + d - 1} of the grouped form's first
 * two convolutions and batch norms. In form (a) the path also owns these columns of the third
 * convolution. All other parameters are the same in all forms.
 */
public final class BlockForms {

  private BlockForms() {}

  /** Returns the prefix of the names of a path's parameters, such as {@code layer1.0.paths.3.}. */
  static String pathName(String block, int path) {
    return "%s.paths.%d.".formatted(block, path);
  }

  /**
   * Splits the weights of a model in grouped form into the weights of the same model in another
   * form.
   *
   * @param model the model, in any form
   * @param grouped weights of {@code model.withForm(GROUPED)}
   * @param form the form of the result
   * @return weights of {@code model.withForm(form)}
   */
  public static Weights fromGrouped(ResNeXt model, Weights grouped, BlockForm form) {
    Graph graph = model.withForm(form).graph();
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (String name : graph.parameters().keySet()) {
      tensors.put(name, part(name, grouped));
    }
    return Weights.of(graph, tensors);
  }

  /**
   * Joins the weights of a model in any form into the weights of the grouped form. This is the
   * inverse of {@link #fromGrouped}.
   *
   * @param model the model, in any form
   * @param weights weights of {@code model.withForm(form)}
   * @param form the form of {@code weights}
   * @return weights of {@code model.withForm(GROUPED)}
   */
  public static Weights toGrouped(ResNeXt model, Weights weights, BlockForm form) {
    Graph graph = model.withForm(BlockForm.GROUPED).graph();
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    graph
        .parameters()
        .forEach((name, parameter) -> tensors.put(name, Tensor.zeros(parameter.shape())));
    weights
        .tensors()
        .forEach((name, tensor) -> {
          Place place = Place.of(name);
          Tensor whole = tensors.get(place.groupedName());
          place.copy(whole, tensor, false);
        });
    return Weights.of(graph, tensors);
  }

  private static Tensor part(String name, Weights grouped) {
    Place place = Place.of(name);
    Tensor whole = grouped.get(place.groupedName());
    if (place.path() < 0) {
      return whole;
    }
    Tensor part = Tensor.zeros(place.partShape(whole, grouped));
    place.copy(whole, part, true);
    return part;
  }

  /**
   * The place in the grouped form of a parameter of forms (a) and (b).
   *
   * @param groupedName name of the grouped form's parameter that contains this one
   * @param path number of the path, or -1 if the two parameters are equal
   */
  private record Place(String groupedName, int path) {

    static Place of(String name) {
      int at = name.indexOf(".paths.");
      if (at < 0) {
        return new Place(name, -1);
      }
      String[] rest = name.substring(at + ".paths.".length()).split("\\.", 2);
      return new Place(name.substring(0, at) + "." + rest[1], Integer.parseInt(rest[0]));
    }

    /**
     * Returns whether the place is a range of columns. Only the third convolution of form (a) has
     * such places.
     */
    private boolean columns() {
      return groupedName.endsWith(".conv3.weight");
    }

    List<Integer> partShape(Tensor whole, Weights grouped) {
      // The second convolution is [C·d, d, 3, 3]: its second dimension is the width of a path.
      String block =
          groupedName.substring(0, groupedName.lastIndexOf('.', groupedName.lastIndexOf('.') - 1));
      int width = grouped.get(block + ".conv2.weight").shape().get(1);
      Integer[] shape = whole.shape().toArray(Integer[]::new);
      shape[columns() ? 1 : 0] = width;
      return Arrays.asList(shape);
    }

    /** Copies between a parameter and one of its parts, in either direction. */
    void copy(Tensor whole, Tensor part, boolean toPart) {
      int rows = columns() ? whole.shape().getFirst() : 1;
      int partRow = part.values().length / rows;
      int wholeRow = whole.values().length / rows;
      int offset = Math.max(path, 0) * partRow;
      for (int row = 0; row < rows; row++) {
        float[] from = toPart ? whole.values() : part.values();
        float[] to = toPart ? part.values() : whole.values();
        int fromAt = toPart ? row * wholeRow + offset : row * partRow;
        int toAt = toPart ? row * partRow : row * wholeRow + offset;
        System.arraycopy(from, fromAt, to, toAt, partRow);
      }
    }
  }
}
