/** 8-bit programs of the pipeline's networks: calibrated on simulated pictures, made once and kept. */
package org.flatgaze.runtime.int8;
