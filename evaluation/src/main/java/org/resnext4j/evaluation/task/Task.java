package org.resnext4j.evaluation.task;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.resnext4j.evaluation.EvaluationSet;

/** What can be evaluated: each task reads a data set in the layout it was published in. */
public enum Task {
  /** ImageNet-1K's validation pictures. */
  IMAGENET("imagenet"),
  /** The same pictures for a network of 5,000 classes, 5K-way and 1K-way (the paper's Table 6). */
  IMAGENET_5K("imagenet-5k"),
  /** CIFAR-10. */
  CIFAR10("cifar10"),
  /** CIFAR-100, its hundred fine classes. */
  CIFAR100("cifar100"),
  /** VizWiz-Classification: photographs by blind people. */
  VIZWIZ("vizwiz"),
  /** GasHisSDB: patches of gastric tissue, normal or abnormal. */
  GASHISSDB("gashissdb"),
  /** Any folder with a folder for each class. */
  FOLDER("folder");

  private final String name;

  Task(String name) {
    this.name = name;
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
   * Opens the data set: lists its pictures, decodes none.
   *
   * @throws DataSetException if it is not in its published layout, or files are missing
   * @throws IOException if it cannot be read
   */
  public EvaluationSet read(TaskInput input) throws IOException {
    return switch (this) {
      case IMAGENET -> ImageNet.read(input);
      case IMAGENET_5K -> ImageNet.read5k(input);
      case CIFAR10 -> Cifar.CIFAR_10.read(input);
      case CIFAR100 -> Cifar.CIFAR_100.read(input);
      case VIZWIZ -> VizWiz.read(input);
      case GASHISSDB -> GasHisSdb.read(input);
      case FOLDER -> LabelledFolder.read(input);
    };
  }
}
