/**
 * The command that starts the HTTP service.
 *
 * {@snippet lang=shell :
 * resnext serve --weights cats=fine-tuned.safetensors --port 8080
 * }
 */
package org.resnext4j.cli.serving;
