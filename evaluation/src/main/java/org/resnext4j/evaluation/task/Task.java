package org.resnext4j.evaluation.task;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.resnext4j.evaluation.EvaluationSet;

/**
 * The tasks that an evaluation knows. Each task reads a data set in its published layout.
 *
 * {@snippet :
 * EvaluationSet cifar = Task.CIFAR10.read(TaskInput.of(Path.of("cifar-10-binary.tar.gz")));
 * }
 */
public enum Task {
  /** ImageNet-1K's validation pictures. */
  IMAGENET("imagenet"),
  /** The same pictures for a network of 5,000 classes, 5K-way and 1K-way (Table 6 of the paper). */
  IMAGENET_5K("imagenet-5k"),
  /** CIFAR-10. */
  CIFAR10("cifar10"),
  /** CIFAR-100 with its hundred fine classes. */
  CIFAR100("cifar100"),
  /** VizWiz-Classification: photographs by blind people. */
  VIZWIZ("vizwiz"),
  /** GasHisSDB: patches of gastric tissue, normal or abnormal. */
  GASHISSDB("gashissdb"),
  /** A folder of pictures with a folder for each class. */
  FOLDER("folder");

  private final String name;

  Task(String name) {
    this.name = name;
  }

  /**
   * The task with a name.
   *
   * @throws IllegalArgumentException if no task has the name
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

  /** The names of all tasks. */
  public static List<String> names() {
    return Arrays.stream(values()).map(task -> task.name).toList();
  }

  /** Name of the task in commands and records. */
  public String taskName() {
    return name;
  }

  /**
   * Opens the data set and lists its pictures; it decodes none.
   *
   * @param input folder or file, and options
   * @throws DataSetException if the layout is not the published one, or files are missing
   * @throws IOException if the data set cannot be read
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
