package org.resnext4j.inference.demo;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.resnext4j.inference.Classification;
import org.resnext4j.inference.Classifier;
import org.resnext4j.inference.HeatMap;
import org.resnext4j.models.weights.ModelCard;
import org.resnext4j.vision.Image;

/**
 * The demo: a classifier's answers for twenty pictures that ship with the software. They are the
 * first two test pictures of each class of CIFAR-10 as JPEG files; nobody chose them by their
 * answers.
 *
 * {@snippet :
 * Files.writeString(Path.of("demo.html"), DemoPage.html(Demo.run()));
 * }
 *
 * @param model name of the network
 * @param card the model file's card
 * @param shown the pictures with their answers
 * @param loading time for loading the model
 * @param first time to decode, classify and explain all pictures in a fresh virtual machine
 * @param again time for the same work a second time
 */
public record Demo(
    String model,
    ModelCard card,
    List<Shown> shown,
    Duration loading,
    Duration first,
    Duration again) {

  private static final String FOLDER = "pictures/";

  /** Copies the list. */
  public Demo {
    shown = List.copyOf(shown);
  }

  /**
   * A picture with its answer.
   *
   * @param file name of the picture file
   * @param truth name of the true class
   * @param bytes bytes of the file
   * @param picture the decoded picture
   * @param classification the answer
   * @param map class activation map of the most probable class
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  public record Shown(
      String file,
      String truth,
      byte[] bytes,
      Image picture,
      Classification classification,
      HeatMap map) {

    /** Whether the most probable class is the true one. */
    public boolean right() {
      return classification.best().name().equals(truth);
    }
  }

  /** Number of pictures whose most probable class is the true one. */
  public long right() {
    return shown.stream().filter(Shown::right).count();
  }

  /**
   * Runs the demo with the model that ships with the software.
   *
   * @throws IOException if this build ships no model, or it cannot be read
   */
  public static Demo run() throws IOException {
    return run(Classifier.builder().bundled());
  }

  /**
   * Runs the demo with another model of CIFAR-10's classes.
   *
   * @throws IOException if the model cannot be read
   */
  public static Demo run(Classifier.Builder model) throws IOException {
    long start = System.nanoTime();
    List<Sample> samples = samples();
    try (Classifier classifier = model.batch(samples.size()).build()) {
      long loaded = System.nanoTime();
      List<Shown> shown = classify(classifier, samples);
      long once = System.nanoTime();
      classify(classifier, samples);
      long twice = System.nanoTime();
      return new Demo(
          classifier.model().name(),
          classifier.card(),
          shown,
          Duration.ofNanos(loaded - start),
          Duration.ofNanos(once - loaded),
          Duration.ofNanos(twice - once));
    }
  }

  /** A picture file in the jar. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  private record Sample(String file, String truth, byte[] bytes) {}

  private static List<Sample> samples() throws IOException {
    List<Sample> samples = new ArrayList<>();
    String list = new String(resource("pictures.tsv"), StandardCharsets.UTF_8);
    for (String line : list.lines().toList()) {
      String[] fields = line.split("\t", 2);
      samples.add(new Sample(fields[0], fields[1], resource(fields[0])));
    }
    return samples;
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream stream = Demo.class.getResourceAsStream(FOLDER + name)) {
      if (stream == null) {
        throw new FileNotFoundException("the jar lacks its picture " + name);
      }
      return stream.readAllBytes();
    }
  }

  private static List<Shown> classify(Classifier classifier, List<Sample> samples)
      throws IOException {
    List<Image> pictures = new ArrayList<>();
    for (Sample sample : samples) {
      pictures.add(classifier.reader().read(sample.bytes(), sample.file()));
    }
    List<Classifier.Explained> answers =
        classifier.explain(
            pictures.stream().map(classifier::prepare).toList(),
            pictures.stream()
                .map(picture -> HeatMap.Region.of(picture, classifier.preprocessing()))
                .toList());
    return IntStream.range(0, samples.size())
        .mapToObj(i ->
            new Shown(
                samples.get(i).file(),
                samples.get(i).truth(),
                samples.get(i).bytes(),
                pictures.get(i),
                answers.get(i).classification(),
                answers.get(i).map()))
        .toList();
  }
}
