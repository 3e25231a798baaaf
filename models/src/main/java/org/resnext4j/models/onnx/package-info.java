/** Networks written as ONNX files, which other runtimes open. */
package org.resnext4j.models.onnx;
