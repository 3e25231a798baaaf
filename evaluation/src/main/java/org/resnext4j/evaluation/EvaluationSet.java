package org.resnext4j.evaluation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import org.resnext4j.vision.Labels;
import org.resnext4j.vision.data.Dataset;
import org.resnext4j.vision.data.Skipped;

/**
 * A data set that is ready for an evaluation.
 *
 * {@snippet :
 * EvaluationSet animals = EvaluationSet.of("animals", Labels.of(dataset.classes()), dataset, List.of());
 * }
 *
 * @param name name of the data set on the results board
 * @param classes the classes; labels of pictures are indices into them
 * @param pictures the pictures that exist
 * @param absent pictures that are missing from the published data set
 * @param views the ways to read the network's answer, at least one
 * @param scores the measures to report
 * @param beside files among the pictures that are not pictures
 */
public record EvaluationSet(
    String name,
    Labels classes,
    List<Picture> pictures,
    List<Absence> absent,
    List<View> views,
    Scoring scores,
    Skipped beside) {

  /**
   * Pictures that an evaluation leaves out.
   *
   * @param reason the reason, in words
   * @param pictures number of pictures
   */
  public record Absence(String reason, int pictures) {}

  /**
   * A way to read the network's answer: a choice of outputs that it may predict.
   *
   * @param name name of the view in the setting; empty for the usual view
   * @param outputs identifiers of the classes that it may predict; empty for all outputs
   */
  public record View(String name, List<String> outputs) {

    /** The view of all outputs. */
    public static final View ALL = new View("", List.of());

    /** Copies the list. */
    public View {
      outputs = List.copyOf(outputs);
    }
  }

  /** The measures that an evaluation reports. */
  public sealed interface Scoring {

    /**
     * Top-1 and top-5 accuracy, macro F1, calibration error and log loss, for exclusive classes.
     */
    record TopOneAndFive() implements Scoring {}

    /**
     * Accuracy, and F1, precision and recall of the positive class, for two classes.
     *
     * @param positive identifier of the positive class
     */
    record Binary(String positive) implements Scoring {}

    /**
     * Accuracy of groups of pictures, and means of these accuracies.
     *
     * @param groups names of the groups in the order of the report
     * @param means the means
     */
    record Groups(List<String> groups, List<Mean> means) implements Scoring {}
  }

  /**
   * The unweighted mean of the accuracies of several groups.
   *
   * @param name name of the mean
   * @param groups names of the groups
   */
  public record Mean(String name, List<String> groups) {}

  /** Copies the lists. */
  public EvaluationSet {
    pictures = List.copyOf(pictures);
    absent = List.copyOf(absent);
    views = List.copyOf(views);
  }

  /** A data set without other files among its pictures. */
  public EvaluationSet(
      String name,
      Labels classes,
      List<Picture> pictures,
      List<Absence> absent,
      List<View> views,
      Scoring scores) {
    this(name, classes, pictures, absent, views, scores, Skipped.NOTHING);
  }

  /** This data set with a note of other files among its pictures. */
  public EvaluationSet withBeside(Skipped found) {
    return new EvaluationSet(name, classes, pictures, absent, views, scores, found);
  }

  /** A data set of exclusive classes with the usual view. */
  public static EvaluationSet of(
      String name, Labels classes, Dataset dataset, List<Absence> absent) {
    return of(name, classes, dataset, absent, View.ALL);
  }

  /** A data set of exclusive classes with some views. */
  public static EvaluationSet of(
      String name, Labels classes, Dataset dataset, List<Absence> absent, View... views) {
    return new EvaluationSet(
        name,
        classes,
        pictures(dataset, dataset::name),
        absent,
        List.of(views),
        new Scoring.TopOneAndFive(),
        dataset.skipped());
  }

  /**
   * The pictures of a data set with their labels.
   *
   * @param names name of each picture by its index
   */
  public static List<Picture> pictures(Dataset dataset, IntFunction<String> names) {
    List<Picture> pictures = new ArrayList<>(dataset.size());
    for (int i = 0; i < dataset.size(); i++) {
      int index = i;
      pictures.add(new Picture(names.apply(i), () -> dataset.read(index), dataset.label(i)));
    }
    return pictures;
  }

  /** Number of pictures, including absent ones. */
  public int size() {
    return pictures.size() + absent.stream().mapToInt(Absence::pictures).sum();
  }

  /** The first picture with a name, if there is one. */
  public Optional<Picture> picture(String pictureName) {
    return pictures.stream().filter(p -> p.name().equals(pictureName)).findFirst();
  }
}
