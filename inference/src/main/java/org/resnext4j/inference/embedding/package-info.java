/**
 * Pictures as vectors: embeddings in bulk, in NumPy's files, and the nearest of them.
 *
 * {@snippet :
 * List<PictureSource> pictures = PictureSources.find(List.of("photos")).sources();
 * try (Classifier classifier = Classifier.bundled();
 *     EmbeddingFile file = EmbeddingFile.create(Path.of("features.npy"), classifier.embeddingSize())) {
 *   for (Embedding embedding : BulkEmbedder.of(classifier).embed(pictures.stream()).toList()) {
 *     if (embedding instanceof Embedding.Vector vector) {
 *       file.write(vector);
 *     }
 *   }
 *   file.finish();
 * }
 * }
 */
package org.resnext4j.inference.embedding;
