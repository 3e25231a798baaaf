/**
 * The bodies of the Open Inference Protocol v2: {@link
 * org.resnext4j.serving.protocol.OpenInference} reads infer requests and writes their responses, in
 * JSON and with the binary tensor extension.
 *
 * {@snippet :
 * byte[] body = Files.readAllBytes(file);
 * int jsonLength = body.length; // the whole body is JSON; no binary tensors follow
 * OpenInference.Request request = OpenInference.read(body, jsonLength, shape, 32);
 * }
 */
package org.resnext4j.serving.protocol;
