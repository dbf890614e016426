/**
 * From samples to MQTT: the gaze message and its two encodings, the topics, the publish thread, and the transport,
 * which alone knows Paho. The contract with subscribers lies beside this package, in {@code contract/}.
 */
package org.flatgaze.runtime.publish;
