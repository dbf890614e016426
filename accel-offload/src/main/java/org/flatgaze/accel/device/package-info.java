/**
 * The backend for an accelerator behind registers, id {@code "device"}.
 *
 * <p>From the outside in: {@link org.flatgaze.accel.device.DeviceAccelerator} (what the pipeline sees), {@link
 * org.flatgaze.accel.device.DeviceDriver} (commands, timeouts, checks, retries, reset), {@link
 * org.flatgaze.accel.device.RegisterBus} (SPI, mapped memory, a socket, or in process), {@link
 * org.flatgaze.accel.device.RegisterMap} (the contract with the hardware), and at the far end of the bus {@link
 * org.flatgaze.accel.device.SimulatedDevice}, which speaks the same registers and injects faults.
 */
package org.flatgaze.accel.device;
