/**
 * The bodies of the Open Inference Protocol v2: {@link
 * org.resnext4j.serving.protocol.OpenInference} reads infer requests and writes their responses, in
 * JSON and with the binary tensor extension.
 */
package org.resnext4j.serving.protocol;
