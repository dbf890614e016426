/**
 * The backends that run models on ONNX Runtime: ids {@code "onnx"} and, in 8 bits, {@code "onnx-int8"}. The only package
 * that imports {@code ai.onnxruntime}.
 */
package org.flatgaze.accel.onnx;
