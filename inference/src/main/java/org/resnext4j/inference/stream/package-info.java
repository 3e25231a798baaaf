/**
 * Many pictures: sources, classification and embedding in batches, and output formats.
 *
 * {@snippet :
 * List<PictureSource> pictures = PictureSources.find(List.of("photos")).sources();
 * try (Classifier classifier = Classifier.bundled();
 *     PictureResults<Prediction> results =
 *         BulkClassifier.of(classifier).predictions(pictures.iterator())) {
 *   while (results.hasNext()) {
 *     System.out.println(results.next().source());
 *   }
 * }
 * }
 */
package org.resnext4j.inference.stream;
