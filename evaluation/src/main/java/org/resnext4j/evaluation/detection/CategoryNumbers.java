package org.resnext4j.evaluation.detection;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.resnext4j.detection.annotation.Annotations;
import org.resnext4j.detection.annotation.Annotations.Category;
import org.resnext4j.detection.annotation.DetectionSetException;

/** Maps the classes of a detector to the categories of a data set. */
final class CategoryNumbers {

  private CategoryNumbers() {}

  /**
   * Finds the number of the category of each class.
   *
   * <p>If the detector knows the names of all categories, names match. Otherwise the detector must
   * have as many classes as there are categories; the classes are then in ascending order of the
   * categories' numbers.
   *
   * @param names names of the detector's classes; the background is the first
   * @param annotations the categories
   * @return the category's number by class; a class without a category is absent, and its boxes do
   *     not count
   * @throws DetectionSetException if classes and categories do not match
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
