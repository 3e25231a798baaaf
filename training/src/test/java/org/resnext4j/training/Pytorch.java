package org.resnext4j.training;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Values that PyTorch 1.13.1 computed, kept in {@code pytorch.json}. */
public final class Pytorch {

  private Pytorch() {}

  public static JsonNode value(String field) {
    try (InputStream in = Pytorch.class.getResourceAsStream("pytorch.json")) {
      return JsonMapper.shared().readTree(in).required(field);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static double[] doubles(JsonNode array) {
    double[] values = new double[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).doubleValue();
    }
    return values;
  }

  public static float[] floats(JsonNode array) {
    float[] values = new float[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).floatValue();
    }
    return values;
  }
}
