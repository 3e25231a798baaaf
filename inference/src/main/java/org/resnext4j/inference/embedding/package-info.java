/**
 * Embeddings of pictures: vectors in NumPy's or Parquet's files, and the search for the nearest.
 *
 * {@snippet :
 * List<PictureSource> pictures = PictureSources.find(List.of("photos")).sources();
 * try (Classifier classifier = Classifier.bundled();
 *     EmbeddingFile file = EmbeddingFile.create(Path.of("features.npy"), classifier.embeddingSize());
 *     PictureResults<Embedding> embeddings = BulkEmbedder.of(classifier).embeddings(pictures.iterator())) {
 *   while (embeddings.hasNext()) {
 *     if (embeddings.next() instanceof Embedding.Vector vector) {
 *       file.write(vector);
 *     }
 *   }
 *   file.finish();
 * }
 * }
 */
package org.resnext4j.inference.embedding;
