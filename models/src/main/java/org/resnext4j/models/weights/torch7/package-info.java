/** Torch7 files, as the authors of the paper published their networks. */
package org.resnext4j.models.weights.torch7;
