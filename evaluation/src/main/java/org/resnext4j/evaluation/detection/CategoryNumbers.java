package org.resnext4j.evaluation.detection;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.resnext4j.detection.annotation.Annotations;
import org.resnext4j.detection.annotation.Annotations.Category;
import org.resnext4j.detection.annotation.DetectionSetException;

/** Which category of a data set each class of a detector is. */
final class CategoryNumbers {

  private CategoryNumbers() {}

  /**
   * Finds the category's number of each class.
   *
   * <p>Classes are matched by name if the detector knows the name of every category. Else a
   * detector with a class for every number, as torchvision's for COCO, keeps its numbers, and one
   * with as many classes as there are categories has them in ascending order of their numbers.
   *
   * @param names of the detector's classes, the background's first
   * @return by class; a class that is no category is absent, and its boxes do not count
   * @throws DetectionSetException if the detector has other classes than the data set
   */
  static Map<Integer, Integer> of(List<String> names, Annotations annotations)
      throws DetectionSetException {
    List<Integer> numbers = annotations.categories().stream().map(Category::id).sorted().toList();
    Map<Integer, Integer> byClass = new HashMap<>();
    for (Category category : annotations.categories()) {
      int label = names.indexOf(category.name());
      if (label > 0) {
        byClass.put(label, category.id());
      }
    }
    if (!numbers.isEmpty() && byClass.size() == numbers.size()) {
      return byClass;
    }
    byClass.clear();
    int classes = names.size() - 1;
    if (classes == numbers.size()) {
      for (int label = 1; label <= classes; label++) {
        byClass.put(label, numbers.get(label - 1));
      }
      return byClass;
    }
    throw new DetectionSetException(
        "the detector has %d classes, but the annotations have %d categories of other names"
            .formatted(classes, numbers.size()));
  }
}
