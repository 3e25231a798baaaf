package org.resnext4j.evaluation;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What can be evaluated: each task reads a data set in the layout it was published in. */
public enum Task {
  /** ImageNet-1K's validation pictures. */
  IMAGENET("imagenet", Optional.of(256), ImageNet::read),
  /** The same pictures for a network of 5,000 classes, 5K-way and 1K-way (the paper's Table 6). */
  IMAGENET_5K("imagenet-5k", Optional.of(256), ImageNet::read5k),
  /** CIFAR-10. */
  CIFAR10("cifar10", Optional.empty(), input -> Cifar.CIFAR_10.read(input)),
  /** CIFAR-100, its hundred fine classes. */
  CIFAR100("cifar100", Optional.empty(), input -> Cifar.CIFAR_100.read(input)),
  /** VizWiz-Classification: photographs by blind people. */
  VIZWIZ("vizwiz", Optional.of(256), VizWiz::read),
  /** GasHisSDB: patches of gastric tissue, normal or abnormal. */
  GASHISSDB("gashissdb", Optional.empty(), GasHisSdb::read),
  /** Any folder with a folder for each class. */
  FOLDER("folder", Optional.empty(), LabelledFolder::read);

  private final String name;
  private final Optional<Integer> resize;
  private final Reader reader;

  /** Reads a task's data set. */
  private interface Reader {
    EvaluationSet read(TaskInput input) throws IOException;
  }

  Task(String name, Optional<Integer> resize, Reader reader) {
    this.name = name;
    this.resize = resize;
    this.reader = reader;
  }

  /**
   * The task of that name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Task named(String name) {
    return Arrays.stream(values())
        .filter(task -> task.name.equals(name))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "there is no task '%s'; the tasks are %s"
                    .formatted(name, String.join(", ", names()))));
  }

  /** The tasks' names. */
  public static List<String> names() {
    return Arrays.stream(values()).map(task -> task.name).toList();
  }

  /** Its name, as commands and records have it. */
  public String taskName() {
    return name;
  }

  /**
   * Shorter side of the pictures before the crop where the published results have one of theirs.
   */
  public Optional<Integer> resize() {
    return resize;
  }

  /**
   * Opens the data set: lists its pictures, decodes none.
   *
   * @throws DataSetException if it is not in its published layout, or files are missing
   * @throws IOException if it cannot be read
   */
  public EvaluationSet read(TaskInput input) throws IOException {
    return reader.read(input);
  }
}
