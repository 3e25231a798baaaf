package org.resnext4j.training.run;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/**
 * The result of a validation: figures by name, such as {@code loss}, {@code top1} and {@code
 * pictures}.
 *
 * <p>The {@linkplain #headline headline} is the first figure besides the loss. The best model of a
 * run has the highest headline.
 *
 * {@snippet :
 * Judgement judgement = Judgement.of("loss", 0.31, "top1", 0.92, "pictures", 10_000);
 * judgement.headline(); // top1
 * judgement.figure("top1"); // 0.92
 * }
 *
 * @param figures the figures in the order of reports; at least one besides the loss
 */
public record Judgement(@JsonValue SequencedMap<String, Number> figures) {

  /** Name of the mean loss among the figures. */
  public static final String LOSS = "loss";

  /** Name of the number of pictures among the figures. */
  public static final String PICTURES = "pictures";

  /** Copies the figures. */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public Judgement {
    figures = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(figures));
    if (figures.keySet().stream().allMatch(LOSS::equals)) {
      throw new IllegalArgumentException("a judgement needs a figure besides the loss");
    }
  }

  /**
   * A judgement with alternating names and numbers.
   *
   * @throws IllegalArgumentException if there is no figure besides the loss
   */
  public static Judgement of(Object... namesAndNumbers) {
    SequencedMap<String, Number> figures = new LinkedHashMap<>();
    for (int i = 0; i < namesAndNumbers.length; i += 2) {
      figures.put((String) namesAndNumbers[i], (Number) namesAndNumbers[i + 1]);
    }
    return new Judgement(figures);
  }

  /** Name of the figure that compares models; a higher value is better. */
  public String headline() {
    return figures.keySet().stream().filter(name -> !name.equals(LOSS)).findFirst().orElseThrow();
  }

  /** Value of the {@link #headline} figure. */
  public double score() {
    return figure(headline());
  }

  /** Whether there is a figure with a name. */
  public boolean has(String name) {
    return figures.containsKey(name);
  }

  /**
   * The value of a figure.
   *
   * @throws IllegalArgumentException if there is no figure with this name
   */
  public double figure(String name) {
    Number value = figures.get(name);
    if (value == null) {
      throw new IllegalArgumentException(
          "the judgement has no figure '%s', only %s".formatted(name, figures.keySet()));
    }
    return value.doubleValue();
  }

  /** The figures that become curves: all except the number of pictures. */
  public SequencedMap<String, Double> curves() {
    SequencedMap<String, Double> curves = new LinkedHashMap<>();
    for (Map.Entry<String, Number> entry : figures.entrySet()) {
      if (!entry.getKey().equals(PICTURES)) {
        curves.put(entry.getKey(), entry.getValue().doubleValue());
      }
    }
    return curves;
  }
}
