/** What all formats share: views of mapped bytes, bounded reading of bytes and of JSON. */
package org.resnext4j.models.weights.storage;
