include $(sort $(wildcard $(BR2_EXTERNAL_VITALD_PATH)/package/*/*.mk))
