/** The safetensors format, read and written. */
package org.resnext4j.models.weights.safetensors;
