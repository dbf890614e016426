/**
 * The backend that runs models on ONNX Runtime: id {@code "onnx"}. The only package that imports {@code ai.onnxruntime}.
 */
package org.flatgaze.accel.onnx;
