/**
 * Writes networks as ONNX files, which other runtimes can load.
 *
 * {@snippet :
 * ModelFile trained = ModelFile.load(file);
 * OnnxExport.write(Path.of("model.onnx"), trained, OnnxOptions.DEFAULTS);
 * }
 */
package org.resnext4j.models.onnx;
