/**
 * The backend for an accelerator behind registers: over SPI, over mapped memory, or the loopback device that speaks the
 * same registers and injects faults. To come.
 */
package org.flatgaze.accel.device;
